import { todo } from "#todo";
import type { EventQueue } from "./event-queue.ts";

/** What a handler can know about the attempt it makes. */
export interface Attempt {
  /** 1 at the first attempt, 2 at the first retry. */
  readonly number: number;
  /** Aborts when the time limit is over: hand it to `fetch` and the like. */
  readonly signal: AbortSignal;
}

/** Handles one job. Failing means throwing or rejecting; what it returns is not used. */
export type Handler<T> = (job: T, attempt: Attempt) => unknown;

/** A job that the worker gave up, and why. */
export interface DeadLetter<T> {
  readonly job: T;
  /** What the last attempt threw: anything, not always an Error. */
  readonly error: unknown;
  readonly attempts: number;
}

/** A job that failed and will be tried again. */
export interface Retry<T> {
  readonly job: T;
  readonly error: unknown;
  /** How many attempts have failed so far. */
  readonly attempts: number;
  /** Until the next attempt, in ms. */
  readonly delay: number;
}

/** The part of the timers that a worker needs, so that tests can hand in their own. */
export interface Timers {
  /** @param delay in ms */
  setTimeout(action: () => void, delay: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** What decides how long a job waits before it is tried again. */
export interface RetryOptions {
  /** The delay after the first failure, in ms; it doubles with each further one. Default: 100. */
  firstDelay?: number;
  /** No delay is longer, in ms. Default: 30,000. */
  maxDelay?: number;
  /** From 0 up to, but not including, 1. Default: `Math.random`. */
  random?: () => number;
}

/** What can be set when a worker is made. */
export interface WorkerOptions<T> extends RetryOptions {
  /** How many jobs may be in hand at once, or Infinity. Default: 1, which keeps them in order. */
  concurrency?: number;
  /** How long one attempt may take, in ms, or Infinity. Default: 30,000. */
  timeLimit?: number;
  /** How often a job is tried before it becomes a dead letter. Default: 5. */
  attempts?: number;
  /** Is told of each failure that will be followed by another attempt. */
  onRetry?: (retry: Retry<T>) => void;
  /** Is told of each job that is given up. */
  onDead?: (letter: DeadLetter<T>) => void;
  /** Default: those of Node. */
  timers?: Timers;
}

/** Why an attempt failed: its handler had not finished within the time limit. */
export class TimeLimitExceeded extends Error {
  override readonly name = "TimeLimitExceeded";

  /** @param timeLimit in ms */
  constructor(timeLimit: number) {
    super(`The handler had not finished after ${timeLimit} ms.`);
  }
}

/**
 * How long a job waits before it is tried again, in ms: twice as long after each failure. Up to
 * half of it is left out by chance, so that jobs that failed together do not return together.
 *
 * @param failures how many attempts have failed so far, 1 or more
 */
export function retryDelay(failures: number, options: RetryOptions = {}): number {
  return todo(6, "double the delay with each failure; leave out up to half by chance");
}

const nodeTimers: Timers = {
  setTimeout: (action, delay) => setTimeout(action, delay),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** The longest delay that Node's timers know, in ms: about 25 days. */
const LONGEST_DELAY = 2 ** 31 - 1;

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

function withDefaults<T>(options: WorkerOptions<T>): Required<WorkerOptions<T>> {
  const nothing = () => {};
  const all = {
    concurrency: 1,
    timeLimit: 30_000,
    attempts: 5,
    firstDelay: 100,
    maxDelay: 30_000,
    random: Math.random,
    onRetry: nothing,
    onDead: nothing,
    timers: nodeTimers,
    ...options,
  };
  for (const name of ["concurrency", "attempts"] as const) {
    if (all[name] !== Infinity && !(Number.isInteger(all[name]) && all[name] >= 1)) {
      throw new RangeError(
        `${name} must be a whole number, 1 or more; got ${all[name]}.`,
      );
    }
  }
  for (const name of ["firstDelay", "maxDelay"] as const) {
    if (!(all[name] >= 0 && all[name] <= LONGEST_DELAY)) {
      throw new RangeError(
        `${name} must be from 0 to ${LONGEST_DELAY} ms; got ${all[name]}.`,
      );
    }
  }
  if (
    all.timeLimit !== Infinity &&
    !(all.timeLimit > 0 && all.timeLimit <= LONGEST_DELAY)
  ) {
    throw new RangeError(
      `timeLimit must be more than 0 and at most ${LONGEST_DELAY} ms, or Infinity; got ${all.timeLimit}.`,
    );
  }
  return all;
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
