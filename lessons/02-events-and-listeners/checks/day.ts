/** Which days there are, and how often something happens on them. */
import fc from "fast-check";
import { type Command, type Day, SERVERS } from "./story.ts";

const HANGS = SERVERS.indexOf("hangs");

/** The days of the steps up to this one. */
export function daysOf(step: number): fc.Arbitrary<Day> {
  const since = (first: number, ...does: Command["does"][]) => (step < first ? [] : does);
  const command = (...does: Command["does"][]) =>
    fc.record<Command>({
      does: fc.constantFrom(...does),
      shop: often(2),
      bus: often(2),
      nth: does.includes("disconnects") ? often(3) : often(7),
      value: fc.nat(999),
      delivered: fc.constantFrom(true, true, false),
    });
  const commands = command(
    "registers",
    "orders",
    "leaves",
    "server",
    ...since(2, "odd"),
    ...since(3, "looks"),
    ...since(4, "connects", "registers", "orders"),
    ...since(5, "disconnects", "disconnects", "connects"),
    ...since(6, "again", "again", "again", "again", "repeats", "answers", "registers"),
  );
  const early = fc.array(command(step < 4 ? "registers" : "connects"), { maxLength: 3 });
  // On every other day, what comes of an email is long uncertain.
  const hangs = command("server").map((server) => ({ ...server, value: HANGS }));
  const uncertain = fc.array(hangs, { maxLength: step < 6 ? 0 : 1 });
  const parts = [early, uncertain, fc.array(commands, { maxLength: 16 })];
  return fc.tuple(...parts.map((part) => fc.noBias(part))).map((all) => all.flat());
}

/** A small number, mostly 0, so that commands are about the same things. */
function often(count: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.nat(count - 1) },
  );
}
