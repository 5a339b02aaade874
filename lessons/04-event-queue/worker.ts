import {
  type Attempt,
  type DeadLetter,
  type Handler,
  type RetryOptions,
  TimeLimitExceeded,
  type WorkerOptions,
} from "#bus/queue-contract";
import { withDefaults } from "#bus/worker-options";
import { todo } from "#todo";
import type { EventQueue } from "./event-queue.ts";

/**
 * How long a job waits before it is tried again, in ms: twice as long after each failure. Up to
 * half of it is left out by chance, so that jobs that failed together do not return together.
 *
 * @param failures how many attempts have failed so far, 1 or more
 */
export function retryDelay(failures: number, options: RetryOptions = {}): number {
  return todo(6, "double the delay with each failure; leave out up to half by chance");
}

/**
 * Takes jobs from a queue and handles them. A handler that throws, rejects or never settles costs
 * its job another attempt, and in the end a place among the dead letters; the worker goes on.
 */
export class Worker<T> {
  readonly #queue: EventQueue<T>;
  readonly #handle: Handler<T>;
  readonly #options: Required<WorkerOptions<T>>;
  // Your fields go here: what does the worker have to remember?

  /**
   * @throws TypeError if the handler is no function
   * @throws RangeError if a number among the options makes no sense
   */
  constructor(queue: EventQueue<T>, handle: Handler<T>, options: WorkerOptions<T> = {}) {
    if (typeof handle !== "function") {
      throw new TypeError(`A worker needs a function as handler; got ${typeof handle}.`);
    }
    if (options.timeLimit !== undefined)
      todo(5, "give an attempt up when its time is over");
    if (options.attempts !== 1) todo(6, "try a job that failed again, after a delay");
    this.#queue = queue;
    this.#handle = handle;
    this.#options = withDefaults(options);
  }

  /** Begins to take jobs, also after a stop. Returns the worker. */
  start(): this {
    // Step 5: each attempt gets a time limit.
    // Step 6: a job that failed waits, then tries again.
    // Step 7: after a stop, it goes on.
    return todo(4, "handle jobs from the queue, as many at a time as concurrency says");
  }

  /**
   * Takes no more jobs. Resolves when those in hand are finished. A job that waited for another
   * attempt, or fails now, is in the queue again, and starts anew with whoever takes it.
   */
  stop(): Promise<void> {
    return todo(7, "take nothing more, hand back what waits, finish what is in hand");
  }

  /** Resolves when the queue is empty, nothing is in hand and nothing waits for a retry. */
  idle(): Promise<void> {
    // Step 6: a job that waits for a retry is left to do.
    return todo(4, "wait until there is nothing left to do");
  }

  /** Jobs that were given up, oldest first. */
  get deadLetters(): readonly DeadLetter<T>[] {
    return todo(4, "return the jobs that were given up, oldest first");
  }

  /** Puts a dead letter's job into the queue again; returns whether it was a dead letter. */
  putBack(letter: DeadLetter<T>): boolean {
    return todo(6, "take the letter out of the dead letters, its job into the queue");
  }
}

/** One job on its way through one attempt: given, as it is no more than a notebook. */
class Delivery<T> implements Attempt {
  readonly job: T;
  readonly number: number;
  #controller: AbortController | undefined;

  constructor(job: T, number: number) {
    this.job = job;
    this.number = number;
  }

  /** Made when it is asked for: most handlers never do, and it costs more than all the rest. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}

/** An observer that throws must not bring down the worker it observes. */
function tell<News>(observer: (news: News) => void, news: News): void {
  try {
    observer(news);
  } catch (error) {
    console.error("A worker's onRetry or onDead failed:", error);
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}
