/** The rules, what goes through queues on a day, and the book in which a day is written down. */
import fc from "fast-check";
import { type Observation, quiet } from "#any-day";
import type { BusEvent } from "#bus/contract";
import { type DeadLetter, QueueClosed, TimeLimitExceeded } from "#bus/queue-contract";

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  order: "`put` adds an item at the end, `tryTake` takes the oldest one",
  accepts: "`put` returns a promise that resolves, `tryPut` returns true",
  size: "`size` is the number of items that are waiting",
  any: "`undefined`, 0, an empty string and equal items are items like any other",
  take: "`take` takes the oldest item, or waits for the next one, each in its turn",
  handed: "an item that somebody waits for in `take` never enters the queue",
  ready: "`ready` resolves when an item is waiting, for all who wait, and takes nothing",
  full: "`put` into a full queue waits until there is room, each producer in its turn",
  tryPut: "`tryPut` into a full queue returns false and keeps nothing",
  putBack: "`putBack` adds an item at the end, even when the queue is full or closed",
  closed: "after `close`, `put` rejects with `QueueClosed` and `tryPut` returns false",
  left: "after `close`, `take` gives what is left, then rejects with `QueueClosed`",
  away: "`close` rejects with `QueueClosed` for all who wait in `put` and `take`",
  handles:
    "a worker that is started handles the jobs in order, also those that come later",
  idle: "`idle` resolves when no job is waiting and none is in hand",
  hands: "at most `concurrency` jobs are in hand, also after a second `start`",
  goesOn: "a handler that throws or rejects does not stop the worker",
  dead: "a failed job becomes a dead letter with whatever was thrown, an Error or not",
  onDead: "`onDead` is called once for each dead letter, which is kept by then",
  observers: "an `onDead` that throws, rejects or never ends changes nothing",
  limit: "an attempt fails with `TimeLimitExceeded` when it has taken `timeLimit` ms",
  timers: "when an attempt ends in time, its timer is cleared",
  signal: "the signal aborts when the time is over, and not before",
  tooLate: "what a handler does after its time is over counts no more",
  noLimit: "with a `timeLimit` of `Infinity`, no timer is set",
  retries: "a failed job is tried again after its delay, up to `attempts` times",
  sleeps: "a job that waits for its delay is in no hand, and then goes before the queue",
  onRetry: "`onRetry` is called with job, error, attempts and delay, and may itself fail",
  letterBack: "`putBack` begins a dead letter's job anew, once, also inside `onDead`",
  stops: "after `stop`, no job begins until `start`",
  failsNow:
    "a job that fails while the worker stops goes back, after its last attempt not",
  waits: "`stop` resolves when the jobs in hand are finished, at every call",
  account: "no job is lost and none that finished runs again, with two workers, too",
  before: "`emit` returns before any listener is called",
  called: "a listener is called with data and event, for all that matches its pattern",
  retry: "a retry calls only the listener that failed",
  gone: "a listener that fails for good costs a dead letter and a call of `onError`",
  leaves: "`unsubscribe` ends a subscription, but what was emitted before is still heard",
  once: "the same listener under the same pattern counts once, under two patterns twice",
  ends: "the function that `subscribe` returns ends that subscription and no other",
  flush: "`flush` waits until the bus behind has stored, then for the worker, or rejects",
} as const;
export type Rule = keyof typeof RULES;

export function titlesOf(rules: Rule[]): string[] {
  return rules.map((rule) => RULES[rule]);
}

/** One of some words, each as often as it stands there. */
export function oneOf<Word extends string>(words: string[]): fc.Arbitrary<Word> {
  return fc.constantFrom(...(words.join(" ").split(" ") as Word[]));
}

const kettle = { name: "kettle" };
/** A promise is an item like any other: a worker does not wait for it. */
const voucher = Promise.resolve("what a voucher is for");
const WORDS = ["tea", "coffee", "cake", "honey", "milk", "jam", "bread", "rice"];
/** Equal items, and what is easily taken for none. */
const ODD = [undefined, 0, "tea", "", null, kettle, false, kettle, voucher];
export const ITEMS = [...WORDS, ...ODD];
/** What handlers throw, or return. */
const failure = new Error("no paper");
export const ERRORS: unknown[] = [failure, undefined, voucher, null, "no address", false];

/** Whether a command puts something other than a word of its own. */
export function isOdd({ does, nth }: { does: string; nth: number }): boolean {
  return puts(does) && nth >= WORDS.length;
}

/** Makes a function that gives the words, one after the other, to the commands that put a word. */
export function naming() {
  let words = 0;
  return <One extends { does: string; nth: number }>(one: One): One =>
    puts(one.does) && !isOdd(one) ? { ...one, nth: words++ % WORDS.length } : one;
}

/** Of the options of a worker. */
export const DEFAULTS = {
  ...{ concurrency: 1, timeLimit: 30_000, attempts: 5 },
  ...{ firstDelay: 100, maxDelay: 30_000 },
};

export function puts(does: string): boolean {
  return /put/i.test(does);
}

export function tellEvent({ name, data, replayed }: BusEvent): string {
  return `${name} ${data ?? ""}${replayed ? ", replayed" : ""}`;
}

export function told(value: unknown): string {
  if (value instanceof Error) {
    const isKnown = ERRORS.includes(value) || value instanceof TimeLimitExceeded;
    return isKnown ? `${value}` : `another ${value}`;
  }
  if (value === voucher) return "a voucher";
  return value === kettle ? "the kettle" : (JSON.stringify(value) ?? "undefined");
}

export function tellCapacities(capacities: number[]): string[] {
  return capacities.flatMap((capacity, at) =>
    capacity < Infinity ? `${queueAt(at)} has capacity ${capacity}` : [],
  );
}

/** One line of the options of a day that are not as usual. */
export function optionsOf(
  day: object,
  usual: Record<string, unknown>,
  of = "",
): string[] {
  const options = Object.entries(day)
    .filter(([name, value]) => name in usual && value !== usual[name])
    .map(([name, value]) => `${name} ${value}`);
  return options.length > 0 ? [of + options.join("; ")] : [];
}

export function queueAt(which: number): string {
  return which === 0 ? "the queue" : "the other queue";
}

export function tellLetters(...letters: readonly DeadLetter[]): string {
  const lines = letters.map(
    ({ job, error, attempts }) => `${told(job)}, ${told(error)}, attempts ${attempts}`,
  );
  return lines.join("; ");
}

/** The rule that a day is about, where what was seen does not say it. */
export function observed(day: { step: number; onRetry: string; onDead: string }): Rule {
  const fails = /throws|rejects/;
  if (day.step > 5 && fails.test(day.onRetry)) return "onRetry";
  return fails.test(day.onDead) ? "observers" : "handles";
}

/** What can be seen on a day. */
export class Book {
  readonly seen: Observation[] = [];
  #news: { group: string; rule: Rule; what: string; value: string | undefined }[] = [];
  #promises = 100;
  readonly #kept: { rule: Rule; tell: () => string; was: string }[] = [];
  readonly #when: (what: string) => string;

  /** @param when tells, in words, when something happens that is noted now */
  constructor(when: (what: string) => string) {
    this.#when = when;
  }

  see(rule: Rule, what: string, value?: unknown): void {
    this.seen.push({ rule: RULES[rule], what, value });
  }

  /** Tells what an answer has handed out, and keeps it, to see whether it changes later. */
  keep(rule: Rule, tell: () => string): string {
    const was = tell();
    this.#kept.push({ rule, tell, was });
    return was;
  }

  readAgain(): void {
    for (const { rule, tell, was } of this.#kept)
      if (tell() !== was) this.see(rule, `what was handed out as ${was} is now`, tell());
  }

  /** Is told as soon as things are quiet. Each group has an order of its own. */
  note(group: string, rule: Rule, what: string, value?: string): void {
    this.#news.push({ group, rule, what: what + this.#when(what), value });
  }

  /** Notes how a promise was settled, in the order of the calls: some are settled a little later. */
  follow(
    rule: Rule | (() => Rule),
    what: string,
    promise: Promise<unknown>,
    result: (value: unknown) => string = () => "resolves",
    by = 0,
  ): void {
    const group = `${by} ${this.#promises++}`;
    const note = (line: string) =>
      this.note(group, typeof rule === "string" ? rule : rule(), what, line);
    promise.then(
      (value) => note(result(value)),
      (error) => note(error instanceof QueueClosed ? "QueueClosed" : told(error)),
    );
  }

  async tellNews(): Promise<void> {
    await quiet();
    this.#news.sort((one, other) => one.group.localeCompare(other.group));
    for (const { rule, what, value } of this.#news.splice(0)) this.see(rule, what, value);
  }
}
