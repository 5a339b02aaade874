/** Days of two workers, from step 4 on. */
import fc from "fast-check";
import { sinceOf, upTo } from "#any-day/drawing";
import {
  DEFAULTS,
  ITEMS,
  naming,
  oneOf,
  optionsOf,
  queueAt,
  tellCapacities,
  told,
} from "./book.ts";

/** One thing that happens. Each reads only the fields that it is about. */
export interface Command {
  does:
    | ("put" | "tryTake" | "close" | "wait")
    | ("start" | "stop" | "idle" | "letterBack");
  /** Which queue, or which worker. */
  which: number;
  nth: number;
  /** The next command comes at once. */
  hurry: boolean;
}

/** What becomes of a call of the handler. */
interface Fate {
  /** What it does, as the story tells it. */
  does: string;
  /** What the handler does first. */
  first?: Command | undefined;
}

export type Observer =
  | ("listens" | "throws" | "rejects" | "never ends")
  | ("puts the letter back" | "stops the worker");

export type Limits = typeof DEFAULTS;

export interface Day {
  step: number;
  capacities: number[];
  /** Both workers take from the first queue. */
  shared: boolean;
  /** The options of each worker. */
  limits: Limits[];
  onDead: Observer;
  onRetry: Observer;
  /** Of the first call of a handler, the second …, and then again from the first. */
  fates: Fate[];
  commands: Command[];
}

const WAITS = [10, 60, 200, 40, 3e9, 9e9];

export function waitOf({ nth }: Command): number {
  return WAITS[nth % WAITS.length] ?? 0;
}

export function daysOf(step: number): fc.Arbitrary<Day> {
  const since = sinceOf(step);
  const nth = fc.nat(ITEMS.length - 1);
  const which = fc.constantFrom(0, 0, 1);
  const command = (...does: string[]) =>
    fc.record({ does: oneOf<Command["does"]>(does), which, nth, hurry: fc.boolean() });
  const commands = command(
    "put put put put start start wait wait wait idle idle tryTake",
    ...since(6, "letterBack"),
    ...since(7, "stop stop stop start close"),
  );
  const inside = command("put idle", ...since(7, "stop start"));
  // The plain comes first: a day is made simpler by what stands further in front.
  const all = [
    ...["is done at once", "is done after 50 ms", "throws", "fails after 70 ms"],
    ...since(5, "never ends", "is done after 130 ms", "fails after 130 ms"),
    ...["rejects", ...since(5, "is done when aborted", "fails when aborted")],
    "returns a thenable whose `then` throws",
    "returns a thenable whose `then` says that it is done, and throws",
  ];
  const ends = fc.noBias(fc.nat(all.length - 1)).map((at) => all[at] as string);
  const thenable = "returns a thenable, and ";
  const both = "returns a thenable that calls both callbacks, and ";
  const does = fc
    .tuple(fc.constantFrom("", "", "", thenable, both), ends)
    .map(([before, end]) => (/throws|at once/.test(end) ? end : before + end));
  const first = fc.option(inside, { nil: undefined, freq: 4 });
  const fate = fc.record({ does, first });
  const observer = (...more: Observer[]) =>
    fc.constantFrom<Observer[]>(
      ...(["listens", "listens", "throws", "rejects", "never ends"] as const),
      ...[...more, ...since(7, "stops the worker")],
    );
  const opening = (["put", "put", "start"] as const).map((does) => ({
    ...{ does, which: 0, nth: 0, hurry: false },
  }));
  const capacity = fc.constantFrom(Infinity, 1, 2, 4);
  // Some are large, and no other moment is as odd as these.
  const orLong = (...usual: number[]) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...usual) },
      upTo(1e12).map((ms) => ms + 1 / 32),
    );
  const limits: fc.Arbitrary<Limits> = fc.record({
    concurrency: fc.constantFrom(1, 2, 3, 1, Infinity),
    timeLimit: step < 5 ? fc.constant(Infinity) : orLong(30_000, 100, 100, Infinity),
    attempts: fc.constantFrom(...(step < 6 ? [1] : [2, 1, 3])),
    firstDelay: step < 6 ? fc.constant(100) : orLong(100, 7, 150, 3e9),
    maxDelay: step < 6 ? fc.constant(30_000) : orLong(30_000, 10, 4e12, 0),
  });
  return fc
    .record({
      step: fc.constant(step),
      commands: fc.noBias(fc.array(commands, { maxLength: 16, size: "max" })),
      opening: fc.subarray(opening),
      capacities: fc.tuple(capacity, capacity),
      shared: fc.constantFrom(false, ...since(7, true)),
      limits: fc.tuple(limits, limits),
      onDead: observer(...since(6, "puts the letter back")),
      onRetry: observer(),
      fates: fc.array(fate, { minLength: 1, maxLength: 5 }),
      // A list is made shorter in front only: this cuts off its end.
      count: fc.integer({ min: 1, max: 9 }),
    })
    .map(({ opening, count, ...day }) => {
      const named = naming();
      const commands = [...opening, ...day.commands];
      const some = day.fates.slice(0, count);
      const isApart = day.limits.some(({ concurrency }) => concurrency > 1);
      const fates = isApart ? some.map(apart) : some;
      return {
        ...day,
        commands: commands.map((one) => ({
          ...named(one),
          hurry: one.hurry && (one.does === "put" || one.does === "tryTake"),
        })),
        fates: fates.map((fate) => ({ ...fate, first: fate.first && named(fate.first) })),
      };
    });
}

/** With several hands, nothing ends, starts or stops at once: nobody says which of two such jobs is first. */
function apart({ does, first }: Fate): Fate {
  return {
    does: /(at once|throws|rejects)$/.test(does) ? "fails after 70 ms" : does,
    first: first && /put|idle/.test(first.does) ? first : undefined,
  };
}

export function tell(command: Command): string {
  const { does, which, nth } = command;
  const queue = queueAt(which);
  const worker = which === 0 ? "the worker" : "the other worker";
  return {
    put: `${told(ITEMS[nth])} is put into ${queue}`,
    tryTake: `somebody else takes a job from ${queue}`,
    close: `${queue} is closed`,
    start: `${worker} is started`,
    stop: `${worker} is stopped`,
    idle: `somebody calls idle of ${worker}`,
    letterBack: `dead letter ${(nth % 2) + 1} of ${worker} goes to putBack of the other one, then a copy to its own, then the letter, twice`,
    wait: `${waitOf(command)} ms pass`,
  }[does];
}

export function storyOf(day: Day): string[] {
  const { fates, commands, capacities, shared, limits } = day;
  const hasOther = shared || commands.some(({ which }) => which > 0);
  return [
    ...optionsOf(day, { onRetry: "listens", onDead: "listens" }),
    ...optionsOf({ ...limits[0] }, DEFAULTS),
    ...(hasOther ? optionsOf({ ...limits[1] }, DEFAULTS, "the other worker: ") : []),
    ...(day.step > 5
      ? ["random gives 0.375, 0.75, 0.125 … after handler call 1, 2, 3 …"]
      : []),
    ...tellCapacities(shared ? capacities.slice(0, 1) : capacities),
    ...(shared ? ["two workers share the queue"] : []),
    ...fates.map(({ does }, at) => {
      const who = fates.length > 1 ? `handler call ${at + 1}` : "each handler call";
      return `${who} ${does}`;
    }),
    ...(fates.length > 1 ? ["the calls after that do the same, in turn"] : []),
    ...fates.flatMap(({ first }, at) =>
      first ? `as handler call ${at + 1} begins: ${tell({ ...first, which: 0 })}` : [],
    ),
    ...commands.map((one) => tell(one) + (one.hurry ? ", and at once" : "")),
  ];
}
