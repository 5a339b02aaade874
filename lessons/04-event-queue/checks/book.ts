/** What can be seen on a day, told whenever things are quiet. */
import type { Observation } from "#any-day";
import { type DeadLetter, QueueClosed, type Timers } from "#bus/queue-contract";
import { type Fate, type Observer, RULES, type Rule, told } from "./story.ts";

export class Book {
  readonly seen: Observation[] = [];
  /** What has happened since things were quiet. Each rule of each worker has an order of its own. */
  readonly #news = new Map<string, { rule: Rule; lines: string[] }>();
  readonly #settled: { number: number; rule: Rule; line: string }[] = [];
  #promises = 0;

  see(rule: Rule, what: string, value?: unknown): void {
    this.seen.push({ rule: RULES[rule], what, value });
  }

  note(rule: Rule, which: number, line: string): void {
    const key = `${rule} ${which}`;
    const { lines } = this.#news.get(key) ?? { lines: [] };
    this.#news.set(key, { rule, lines: [...lines, line] });
  }

  /** Tells later how a promise was settled. `by` is who made the call: each has an order of its own. */
  follow(
    rule: Rule,
    what: string,
    promise: Promise<unknown>,
    by: number,
    tell: (value: unknown) => string = () => "resolves",
  ): void {
    const number = 1e6 * by + this.#promises++;
    const add = (line: string) =>
      this.#settled.push({ number, rule, line: `${what}: ${line}` });
    promise.then(
      (value) => add(tell(value)),
      (error) => add(`rejects${error instanceof QueueClosed ? " with QueueClosed" : ""}`),
    );
  }

  /** Some promises are settled a little later than others: told in the order of the calls. */
  tellSettled(): void {
    this.#settled.sort((one, other) => one.number - other.number);
    for (const { rule, line } of this.#settled.splice(0)) this.see(rule, line);
  }

  tellNews(): void {
    for (const key of [...this.#news.keys()].sort()) {
      const { rule, lines } = this.#news.get(key) ?? { rule: "order", lines: [] };
      for (const line of lines) this.see(rule, line);
    }
    this.#news.clear();
  }
}

/** What has happened to a worker so far. */
export class Counts {
  starts = 0;
  calls = 0;
  chances = 0;
  putBacks = 0;
  /** The calls of the handler that are not over. */
  readonly inHand = new Set<number>();
  /** Jobs that have failed and wait to be tried again. */
  retrying = 0;
}

/** What an observer does when it is called. */
export function observe(does: Observer): unknown {
  if (does === "throws") throw new Error("the pager is broken");
  return does === "rejects"
    ? Promise.reject(new Error("the pager is broken"))
    : undefined;
}

export function tellLetter({ job, error, attempts }: DeadLetter): string {
  return `${told(job)}, ${told(error)}, attempts ${attempts}`;
}

export function tellLetters(letters: readonly DeadLetter[]): string {
  return letters.map(tellLetter).join("; ");
}

/** What a handler ends by: each part is called when it comes to that. */
interface End {
  /** Resolves after a number of ms. */
  after: (text: string) => Promise<void>;
  done: () => void;
  fail: () => never;
  signal: AbortSignal;
}

/** Ends a call of a handler as its fate says. */
export function endAs(ends: Fate["ends"], { after, done, fail, signal }: End): unknown {
  if (ends === "done") return done();
  if (ends === "throws") return fail();
  if (ends === "rejects") return new Promise((resolve) => resolve(fail()));
  if (ends === "returns a thenable") return thenable(after("50").then(done));
  if (ends === "returns a thenable that fails") return thenable(after("70").then(fail));
  if (ends.startsWith("fails after")) return after(ends.slice(12)).then(fail);
  if (ends.startsWith("is done after")) return after(ends.slice(14)).then(done);
  return new Promise<void>((resolve, reject) => {
    const answer = ends === "is done when aborted" ? resolve : reject;
    if (ends !== "never ends") signal.addEventListener("abort", () => answer());
  });
}

/** Something that can be awaited, but not a Promise. */
function thenable(promise: Promise<unknown>): PromiseLike<unknown> {
  // biome-ignore lint/suspicious/noThenProperty: a handler may return one
  return { then: (done, failed) => promise.then(done, failed) };
}

/** Timers that notice when one is set that never goes off. */
export function watched(timers: Timers, notice: () => void): Timers {
  return {
    setTimeout: (action, delay) =>
      delay < Infinity ? timers.setTimeout(action, delay) : notice(),
    clearTimeout: (timer) => timers.clearTimeout(timer),
  };
}
