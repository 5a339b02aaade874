/** Which days there are, and how often something happens on them. */
import fc from "fast-check";
import { type Command, type Day, type Habit, makeData, REASONS, WHO } from "./story.ts";

/** Mostly the first, so that commands are about the same things. */
const NAMES = ["user.registered", "user.registered", "order.created"];
const ODD = ["constructor", " ", "error", "__proto__", "user..", "shop.🛒"];
const ODDER = ["User.registered", "user.re*", "user#.x", "u+e(r/", " user."];
const STARS = ["user.*", "*.registered", "*", "*.*", "us*.*"];
const HASHES = ["#", "user.#", "#.registered", "#.#", "*.#", "#.*"];

/** The days of the steps up to this one. */
export function daysOf(step: number): fc.Arbitrary<Day> {
  /** What is there only from a step on. */
  const since = <Value>(first: number, values: readonly Value[]) =>
    step < first ? [] : values;
  const odd = fc.constantFrom(...ODD, ...since(4, ODDER));
  const wild = since(4, [fc.constantFrom(...STARS, ...since(5, HASHES))]);
  const name = fc.oneof({ weight: 7, arbitrary: fc.constantFrom(...NAMES) }, odd);
  const command = (...does: readonly Command["does"][]) =>
    fc.record<Command>({
      does: fc.constantFrom(...does),
      bus: fc.constantFrom(0, 0, 0, 0, 0, 1),
      who: fc.nat(WHO.length - 1),
      pattern: fc.oneof(name, name, ...wild),
      name,
      nth: fc.nat(makeData().length - 1),
      again: fc.boolean(),
    });
  const leaving = since(2, ["unsubscribe", "end"] as const);
  const look = since(3, ["look"] as const);
  const slip = since(7, ["slip"] as const);
  const habit = fc.record<Habit>({
    first: fc.array(
      command("emit", "emit", "deliver", "subscribe", "subscribe", ...leaving, ...look),
      { maxLength: step < 2 ? 0 : 3 },
    ),
    ends: fc.constantFrom<Habit["ends"][]>(
      "well",
      ...since(6, ["throws", "rejects", "rejects late", "returns"] as const),
    ),
    reason: fc.nat(REASONS.length - 1),
  });
  const limit = fc.constantFrom(undefined, ...since(3, [2, 1, 0, 5]));
  const onError = fc.constantFrom<Day["onErrors"]>(
    "listens",
    ...since(6, ["throws", "throws what is not an Error", "rejects"] as const),
  );
  const commands = fc.array(
    command("subscribe", "emit", "emit", "deliver", "wait", ...leaving, ...look, ...slip),
    { maxLength: 18, size: "max" },
  );
  const days = fc.noBias(
    fc.record({
      limits: fc.tuple(limit, limit),
      onErrors: fc.tuple(onError, onError),
      habits: fc.tuple(...WHO.map(() => habit)),
      early: fc.subarray([...WHO.keys()]),
      commands,
    }),
  );
  return days.map(({ early, ...day }) => {
    const all = [...early.map(joins), ...day.commands];
    return { ...day, commands: step < 2 ? joiningOnce(all) : all };
  });
}

/** Most days begin with some who subscribe to the same name. */
function joins(who: number): Command {
  const [name = ""] = NAMES;
  return { does: "subscribe", bus: 0, who, pattern: name, name, nth: 0, again: false };
}

/** Before step 2, nobody subscribes twice. */
function joiningOnce(commands: Command[]): Command[] {
  const said = new Set<string>();
  return commands.filter(
    ({ does, who, pattern }) =>
      does !== "subscribe" || said.size < said.add(`${who} ${pattern}`).size,
  );
}
