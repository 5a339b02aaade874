/** What can be seen on a day, told whenever things are quiet. */
import type { Observation } from "#any-day";
import type { DeadLetter } from "#bus/queue-contract";
import { type Observer, RULES, type Rule, told } from "./story.ts";

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
    then: () => unknown = () => {},
  ): void {
    const number = 1e6 * by + this.#promises++;
    const add = (line: string) =>
      this.#settled.push({ number, rule, line: `${what}: ${line}` });
    promise.then(
      (value) => {
        then();
        add(rule === "take" ? told(value) : "resolves");
      },
      (error) => add(`rejects with ${(error as Error | undefined)?.name}`),
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
