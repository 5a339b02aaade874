/** What can happen on a day, how it is told, and which rule it is about. */
import { TimeLimitExceeded } from "#bus/queue-contract";

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  order: "`put` adds an item at the end, `tryTake` takes the oldest one",
  accepts: "`put` returns a promise that resolves, `tryPut` returns true",
  size: "`size` is the number of items that are waiting",
  any: "`undefined`, 0, an empty string and equal items are items like any other",
  apart: "two queues do not share items",
  take: "`take` takes the oldest item, or waits for the next one",
  served: "those who wait in `take` are served in order",
  handed: "an item that somebody waits for in `take` never enters the queue",
  ready: "`ready` resolves when an item is waiting, for all who wait, and takes nothing",
  full: "`put` into a full queue waits until there is room",
  producers: "waiting producers enter in order, one for each free place",
  tryPut: "`tryPut` into a full queue returns false and keeps nothing",
  putBack: "`putBack` adds an item at the end, even when the queue is full or closed",
  closed: "after `close`, `put` rejects with `QueueClosed` and `tryPut` returns false",
  left: "after `close`, `take` gives what is left, then rejects with `QueueClosed`",
  away: "`close` rejects with `QueueClosed` for all who wait in `put` and `take`",
  handles:
    "a worker that is started handles the jobs in order, also those that come later",
  hands: "at most `concurrency` jobs are in hand, also after a second `start`",
  goesOn: "a handler that throws or rejects does not stop the worker",
  dead: "a failed job becomes a dead letter with whatever was thrown, an Error or not",
  onDead: "`onDead` is called once for each dead letter, which is kept by then",
  onDeadFails: "an `onDead` that throws or rejects changes nothing",
  anyJob: "any value can be a job, and a handler may return any promise or thenable",
  idle: "`idle` resolves when no job is waiting and none is in hand",
  limit: "an attempt fails with `TimeLimitExceeded` when it has taken `timeLimit` ms",
  signal: "the signal aborts when the time is over, and not before",
  tooLate: "what a handler does after its time is over counts no more",
  noLimit: "with a `timeLimit` of `Infinity`, no timer is set",
  timers: "when an attempt ends in time, its timer is cleared",
  retries: "a failed job is tried again after its delay, up to `attempts` times",
  sleeps: "a job that waits for its delay is in no hand",
  dueFirst: "a job whose delay is over waits for a free hand, and goes before the queue",
  onRetry: "`onRetry` is called with job, error, attempts and delay, and may itself fail",
  idleRetry: "`idle` waits for jobs that wait for their delay",
  letterBack: "`putBack` begins a dead letter's job anew, once, also inside `onDead`",
  stops: "after `stop`, no job begins until `start`",
  waits: "`stop` resolves when the jobs in hand are finished, at every call",
  handsBack: "`stop` puts the jobs that wait for their delay back into the queue",
  failsNow:
    "a job that fails while the worker stops goes back, after its last attempt not",
  restart: "after `stop` and `start`, at most `concurrency` jobs are in hand",
  account: "no job is lost and none that finished runs again, with two workers, too",
} as const;
export type Rule = keyof typeof RULES;

/** One thing that happens. Each reads only the fields that it is about. */
export interface Command {
  does:
    | ("put" | "tryPut" | "tryTake" | "take" | "ready" | "putBack" | "close")
    | ("start" | "stop" | "idle" | "letterBack" | "wait");
  /** Which queue, or which worker. */
  which: number;
  nth: number;
  /** The next command comes at once. */
  hurry: boolean;
}

export const ENDS = [
  ...(["done", "is done after 50 ms", "throws", "rejects", "fails after 70 ms"] as const),
  ...(["returns a thenable", "returns a thenable that fails"] as const),
  ...(["never ends", "is done after 130 ms"] as const),
  ...(["fails after 130 ms", "is done when aborted", "fails when aborted"] as const),
];

export interface Fate {
  ends: (typeof ENDS)[number];
  /** What the handler does first. */
  first?: Command | undefined;
}

export type Observer =
  | ("listens" | "throws" | "rejects")
  | ("puts the letter back" | "stops the worker");

export interface Day {
  capacities: number[];
  /** Both workers take from the first queue. */
  shared: boolean;
  concurrency: number;
  timeLimit: number;
  /** Whether the step is one that knows of time limits. */
  knowsLimits: boolean;
  attempts: number;
  firstDelay: number;
  maxDelay: number;
  onDead: Observer;
  onRetry: Observer;
  /** Of the first call of a handler, the second …, and then again from the first. */
  fates: Fate[];
  commands: Command[];
}

const kettle = { name: "kettle" };
export const ITEMS = ["tea", undefined, 0, "tea", "", null, kettle, false, kettle];
export const ERRORS: unknown[] = [new Error("no paper"), undefined, null, "a string", 0];
export const WAITS = [10, 60, 200, 40, 3e9, 9e9];

export function told(value: unknown): string {
  if (ERRORS.includes(value) || value instanceof TimeLimitExceeded) return `${value}`;
  return value === kettle ? "the kettle" : (JSON.stringify(value) ?? "undefined");
}

const TIMES = ["first", "second"];

export function tell({ does, which, nth }: Command): string {
  const item = told(ITEMS[nth % ITEMS.length]);
  const queue = which === 0 ? "" : " of the other queue";
  const worker = which === 0 ? "the worker" : "the other worker";
  const lines = {
    put: `${item} is put${queue}`,
    tryPut: `tryPut of ${item}${queue}`,
    tryTake: `tryTake${queue}`,
    take: `somebody calls take${queue}`,
    ready: `somebody calls ready${queue}`,
    putBack: `${item} is put back${queue}`,
    close: `close${queue}`,
    start: `${worker} is started`,
    stop: `${worker} is stopped`,
    idle: `somebody calls idle of ${worker}`,
    letterBack: `${worker} puts its ${TIMES[nth % 2]} dead letter back`,
    wait: `${WAITS[nth % WAITS.length]} ms pass`,
  };
  return lines[does];
}

export const WORKS: readonly Command["does"][] = ["start", "stop", "idle", "letterBack"];

export function storyOf(day: Day): string[] {
  const lines = day.commands.map(
    (one, at) => tell(one) + (day.commands[at + 1] && one.hurry ? ", and at once" : ""),
  );
  const hasWork = day.commands.some(({ does }) => does === "start");
  const capacity = day.capacities.filter((one) => one < Infinity);
  return [
    ...(capacity.length > 0 ? [`capacities: ${day.capacities.join(", ")}`] : []),
    ...(hasWork ? workOf(day) : []),
    ...lines,
  ];
}

function workOf(day: Day): string[] {
  const { concurrency, attempts, timeLimit, firstDelay, maxDelay } = day;
  const delays = `firstDelay ${firstDelay}, maxDelay ${maxDelay}, random 0, 0.375, 0.75, 0.125 …`;
  return [
    `concurrency ${concurrency}, timeLimit ${timeLimit}, attempts ${attempts}, ${delays}`,
    ...(day.shared ? ["two workers share the queue"] : []),
    ...(day.onDead === "listens" ? [] : [`onDead ${day.onDead}`]),
    ...(day.onRetry === "listens" ? [] : [`onRetry ${day.onRetry}`]),
    ...day.fates.map(
      ({ ends, first }, at) =>
        `handler call ${at + 1}${first ? `: ${tell(first)}, then it` : ""} ${ends}`,
    ),
  ];
}

/** Observations that alone do not say which rule is broken: what else happens on the day does. */
const GENERAL: readonly string[] = [
  ...[RULES.handles, RULES.order, RULES.take, RULES.accepts, RULES.size, RULES.full],
];

export function ruleOf(day: Day, seen?: string): string {
  const isLimited = day.timeLimit < Infinity && seen === RULES.onDead;
  if (seen !== undefined && !GENERAL.includes(seen) && !isLimited) return seen;
  const has = (...does: Command["does"][]) =>
    [...day.commands, ...day.fates.map(({ first }) => first)].some(
      (one) => one && does.includes(one.does),
    );
  const ends = (part: string) => day.fates.some((fate) => fate.ends.includes(part));
  const works = has("start");
  const tight = day.capacities.some((one) => one < Infinity);
  const others = day.commands.some(({ which }) => which > 0);
  const signs: [boolean, Rule][] = [
    [works && has("stop"), "stops"],
    [works && has("letterBack"), "letterBack"],
    [works && day.attempts > 1 && day.concurrency > 1, "sleeps"],
    [works && day.attempts > 1, "retries"],
    [works && ends("aborted"), "tooLate"],
    [works && (ends("130") || ends("never")), "limit"],
    [works && (ends("throws") || ends("rejects") || ends("fails")), "goesOn"],
    [works && day.concurrency > 1, "hands"],
    [works, "handles"],
    [has("close") && has("take"), "left"],
    [has("close"), "closed"],
    [has("putBack"), "putBack"],
    [tight && has("put"), "full"],
    [tight, "tryPut"],
    [has("ready"), "ready"],
    [has("take") && seen === RULES.size, "handed"],
    [has("take"), "take"],
    [seen === RULES.size, "size"],
    [seen === RULES.full, "accepts"],
    [others, "apart"],
    [day.commands.some(({ nth }) => nth % ITEMS.length > 0), "any"],
  ];
  return RULES[signs.find(([is]) => is)?.[1] ?? "order"];
}
