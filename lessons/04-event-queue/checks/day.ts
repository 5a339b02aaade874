/** Which days there are, and how often something happens on them. */
import fc from "fast-check";
import {
  type Command,
  type Day,
  ENDS,
  type Fate,
  ITEMS,
  type Observer,
} from "./story.ts";

/** The days of the steps up to this one. */
export function daysOf(step: number): fc.Arbitrary<Day> {
  /** What is there only from a step on. */
  const since = <Value>(first: number, ...values: Value[]) =>
    step < first ? [] : values;
  const command = (...does: Command["does"][]) =>
    fc.record<Command>({
      does: fc.constantFrom(...does),
      which: fc.constantFrom(0, 0, 0, 1),
      nth: fc.nat(2 * ITEMS.length - 1),
      hurry: fc.boolean(),
    });
  const queue = command(
    ...(["put", "put", "put", "tryPut", "tryTake"] as const),
    ...since(2, "take" as const, "take" as const, "ready" as const),
    ...since(3, "putBack" as const, "close" as const, "put" as const),
  );
  const work = command(
    ...(["put", "put", "put", "start", "wait", "wait", "idle"] as const),
    ...since(6, "letterBack" as const),
    ...since(7, "stop" as const, "start" as const),
  );
  const inside = command("put", "idle", ...since(7, "stop" as const, "start" as const));
  const ends = fc.constantFrom(...ENDS.slice(0, step < 5 ? 7 : undefined));
  const fate = fc.record<Fate>({
    ends,
    first: fc.option(inside, { nil: undefined, freq: 4 }),
  });
  const observer = (...more: Observer[]) =>
    fc.constantFrom<Observer>(
      ...(["listens", "listens", "throws", "rejects"] as const),
      ...[...more, ...since(7, "stops the worker" as const)],
    );
  const opening: Command[] = ["put", "put", "start"].map((does) => ({
    ...{ does: does as Command["does"], which: 0, nth: 0, hurry: false },
  }));
  const commands = (step < 4 ? queue : work) as fc.Arbitrary<Command>;
  const capacity = fc.constantFrom(Infinity, ...since(3, 1, 2));
  return fc
    .record({
      capacities: fc.tuple(capacity, capacity),
      shared: fc.constantFrom(false, ...since(7, false, true)),
      concurrency: fc.constantFrom(1, 2, 3, 1, Infinity),
      timeLimit: fc.constantFrom(...(step < 5 ? [Infinity] : [100, 100, Infinity, 3e9])),
      knowsLimits: fc.constant(step > 4),
      attempts: fc.constantFrom(...(step < 6 ? [1] : [2, 1, 3])),
      firstDelay: fc.constantFrom(7, 7, 150, 0, 3e9),
      maxDelay: fc.constantFrom(30_000, 10, 4e9),
      onDead: observer(...since(6, "puts the letter back" as const)),
      onRetry: observer(),
      fates: fc.array(fate, { minLength: 1, maxLength: 5 }),
      commands: fc.noBias(fc.array(commands, { maxLength: 16, size: "max" })),
      isQuick: fc.boolean(),
    })
    .map(({ isQuick, ...day }) => ({
      ...day,
      fates: day.concurrency > 1 ? day.fates.map(apart) : day.fates,
      commands: step > 3 && isQuick ? [...opening, ...day.commands] : day.commands,
    }));
}

/** With several hands, nothing ends at once: nobody says which of two such jobs is first. */
function apart({ ends, first }: Fate): Fate {
  const later: Partial<Record<Fate["ends"], Fate["ends"]>> = {
    done: "is done after 50 ms",
    throws: "fails after 70 ms",
    rejects: "fails after 70 ms",
  };
  return {
    ends: later[ends] ?? ends,
    first: first?.does === "start" ? undefined : first,
  };
}
