/** Days of two workers, from step 4 on. */
import fc from "fast-check";
import { ITEMS, told } from "./book.ts";

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
export interface Fate {
  ends: string;
  /** What it returns is a thenable, and not a Promise. */
  isThenable: boolean;
  /** What the handler does first. */
  first?: Command | undefined;
}

export type Observer =
  | ("listens" | "throws" | "rejects")
  | ("puts the letter back" | "stops the worker");

export interface Day {
  step: number;
  capacities: number[];
  /** Both workers take from the first queue. */
  shared: boolean;
  concurrency: number;
  timeLimit: number;
  attempts: number;
  firstDelay: number;
  maxDelay: number;
  onDead: Observer;
  onRetry: Observer;
  /** Of the first call of a handler, the second …, and then again from the first. */
  fates: Fate[];
  commands: Command[];
}

export const WAITS = [10, 60, 200, 40, 3e9, 9e9];

export function daysOf(step: number): fc.Arbitrary<Day> {
  const since = <Value>(first: number, ...values: Value[]) =>
    step < first ? [] : values;
  const nth = fc.nat(2 * ITEMS.length - 1);
  const which = fc.constantFrom(0, 0, 0, 1);
  const command = (...does: Command["does"][]) =>
    fc.record({ does: fc.constantFrom(...does), which, nth, hurry: fc.boolean() });
  const commands = command(
    ...(["put", "put", "put", "put", "start", "start", "wait", "wait", "wait"] as const),
    ...(["idle", "idle", "tryTake"] as const),
    ...since(6, "letterBack" as const),
    ...since(7, "stop" as const, "stop" as const, "start" as const, "close" as const),
  );
  const inside = command("put", "idle", ...since(7, "stop" as const, "start" as const));
  const ends = fc.constantFrom(
    ...["done", "is done after 50 ms", "throws", "rejects", "fails after 70 ms"],
    ...since(5, "never ends", "is done after 130 ms", "fails after 130 ms"),
    ...since(5, "is done when aborted", "fails when aborted"),
  );
  const isThenable = fc.constantFrom(false, false, true);
  const first = fc.option(inside, { nil: undefined, freq: 4 });
  const fate = fc.record({ ends, isThenable, first });
  const observer = (...more: Observer[]) =>
    fc.constantFrom<Observer[]>(
      ...(["listens", "listens", "throws", "rejects"] as const),
      ...[...more, ...since(7, "stops the worker" as const)],
    );
  const opening = (["put", "put", "start"] as const).map((does) => ({
    ...{ does, which: 0, nth: 0, hurry: false },
  }));
  const capacity = fc.constantFrom(Infinity, 1, 2, 4);
  return fc
    .record({
      step: fc.constant(step),
      capacities: fc.tuple(capacity, capacity),
      shared: fc.constantFrom(false, ...since(7, false, true)),
      concurrency: fc.constantFrom(1, 2, 3, 1, Infinity),
      timeLimit: fc.constantFrom(...(step < 5 ? [Infinity] : [100, 100, Infinity, 3e9])),
      attempts: fc.constantFrom(...(step < 6 ? [1] : [2, 1, 3])),
      firstDelay: fc.constantFrom(7, 7, 150, 3e9),
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
      commands: isQuick ? [...opening, ...day.commands] : day.commands,
    }));
}

/** With several hands, nothing ends at once: nobody says which of two such jobs is first. */
function apart({ ends, first, isThenable }: Fate): Fate {
  const later: Record<string, string> = {
    ...{ done: "is done after 50 ms", throws: "fails after 70 ms" },
    ...{ rejects: "fails after 70 ms" },
  };
  const own = first?.does === "start" ? undefined : first;
  return { ends: later[ends] ?? ends, isThenable, first: own };
}

export function tell({ does, which, nth }: Command): string {
  const item = told(ITEMS[nth % ITEMS.length]);
  const queue = which === 0 ? "" : " of the other queue";
  const worker = which === 0 ? "the worker" : "the other worker";
  return {
    put: `${item} is put${queue}`,
    tryTake: `somebody else takes a job${queue}`,
    close: `close${queue}`,
    start: `${worker} is started`,
    stop: `${worker} is stopped`,
    idle: `somebody calls idle of ${worker}`,
    letterBack: `${worker} puts a dead letter back`,
    wait: `${WAITS[nth % WAITS.length]} ms pass`,
  }[does];
}

export function storyOf({ fates, commands, onDead, onRetry, ...day }: Day): string[] {
  const options = `firstDelay ${day.firstDelay}, maxDelay ${day.maxDelay}, random 0, 0.375, 0.75, 0.125 …`;
  return [
    `concurrency ${day.concurrency}, timeLimit ${day.timeLimit}, attempts ${day.attempts}, ${options}`,
    `capacities ${day.capacities.join(", ")}; onDead ${onDead}; onRetry ${onRetry}`,
    ...(day.shared ? ["two workers share the queue"] : []),
    ...fates.map(({ ends, isThenable, first }, at) => {
      const before = first ? `: ${tell(first)}, then it` : "";
      return `handler call ${at + 1}${before} ${ends}${isThenable ? ", as a thenable" : ""}`;
    }),
    ...commands.map((one) => tell(one) + (one.hurry ? ", and at once" : "")),
  ];
}
