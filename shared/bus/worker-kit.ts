import { safely } from "#bus/contract";
import type { Attempt } from "#bus/queue-contract";

/** One job on its way through one attempt: what a handler gets as its second argument. */
export class Delivery implements Attempt {
  readonly job: unknown;
  readonly number: number;
  #controller: AbortController | undefined;

  constructor(job: unknown, number: number) {
    this.job = job;
    this.number = number;
  }

  /** Made when somebody asks for it: most handlers never do, and it costs more than all the rest. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Aborts the signal. */
  abort(reason: unknown): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}

/** A handler, as a worker of any jobs calls it. */
export type Handle = (job: unknown, delivery: Delivery) => unknown;

/** Calls somebody's `onRetry` or `onDead`. If it throws or rejects, that is printed on stderr. */
export function tell<News>(observer: (news: News) => unknown, news: News): void {
  void safely("A worker's onRetry or onDead", observer)(news);
}

/** Whether a value can be waited for. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}

/** Those who wait until something is over. */
export class WaitingRoom {
  readonly #guests = new Set<{ isOver: () => boolean; resolve: () => void }>();

  /** Resolves when `isOver` returns true: at once, or when somebody looks. */
  until(isOver: () => boolean): Promise<void> {
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => this.#guests.add({ isOver, resolve }));
  }

  /** Lets those go for whom it is over. */
  look(): void {
    for (const guest of this.#guests) {
      if (!guest.isOver()) continue;
      this.#guests.delete(guest);
      guest.resolve();
    }
  }
}
