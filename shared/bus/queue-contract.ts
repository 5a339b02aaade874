/**
 * The words that a queue, its worker and the queued bus share: what can be set, what is reported,
 * and what is thrown. They are the same whoever wrote the pieces, so that `instanceof` holds.
 */
import type { AnyListener, BusEvent, OnError } from "#bus/contract";

/** What can be set when a queue is made. */
export interface QueueOptions {
  /** How many items may wait; when so many do, producers wait too. Default: any number. */
  capacity?: number;
}

/** Why a `put` or a `take` was refused: the queue is closed. */
export class QueueClosed extends Error {
  override readonly name = "QueueClosed";

  constructor() {
    super("The queue is closed: it accepts nothing more, and nothing is left to take.");
  }
}

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

/** One event for one listener, so that a retry repeats only the listener that failed. */
export interface ListenerJob {
  readonly event: BusEvent;
  /** The pattern under which the listener subscribed. */
  readonly pattern: string;
  readonly listener: AnyListener;
}

/** What can be set when a queued bus is made: what its worker can be told, and onError. */
export interface QueuedBusOptions extends Omit<WorkerOptions<ListenerJob>, "onDead"> {
  /** Is told of each listener that failed for the last time. Default: {@link reportError}. */
  onError?: OnError;
}
