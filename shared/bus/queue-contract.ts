/**
 * The words that a queue, its worker and the queued bus share: their options, what they report, and
 * what they throw. They are the same whoever wrote the pieces, so that `instanceof` holds.
 */
import type {
  AnyEvents,
  AnyListener,
  Bus,
  BusEvent,
  OnError,
  StoringBus,
} from "#bus/contract";

/** Options for a queue. */
export interface QueueOptions {
  /** How many items may wait. When the queue is full, producers wait too. Default: `Infinity`. */
  capacity?: number;
}

/** Why a `put` or a `take` was refused: the queue is closed. */
export class QueueClosed extends Error {
  override readonly name = "QueueClosed";

  constructor() {
    super("The queue is closed: it accepts nothing more, and nothing is left to take.");
  }
}

/**
 * Items wait here, first in, first out, between producers and those who take: what Python calls
 * `asyncio.Queue`.
 */
export interface Queue<T> {
  /** How many items are waiting. The items of producers who wait themselves do not count. */
  readonly size: number;

  /**
   * Adds an item at the end. Resolves when the queue has accepted it: at once, or, if the queue is
   * full, as soon as there is room. Rejects with {@link QueueClosed}, and then has not kept it.
   */
  put(item: T): Promise<void>;

  /** Adds an item at the end without waiting; returns false if the queue is full or closed. */
  tryPut(item: T): boolean;

  /**
   * Takes back, at the end, an item that was taken and not finished. It was accepted once, so it is
   * accepted again, even when the queue is full or closed.
   */
  putBack(item: T): void;

  /**
   * Takes the oldest item, or waits for one. Who waits longest is served first. Rejects with
   * {@link QueueClosed} when the queue is closed and empty.
   */
  take(): Promise<T>;

  /** Takes the oldest item without waiting; returns undefined when `size` is 0. */
  tryTake(): T | undefined;

  /** Resolves when an item is waiting. It takes nothing, so whoever waits here may go away again. */
  ready(): Promise<void>;

  /**
   * Accepts nothing more. What was accepted can still be taken; producers who wait, and takers for
   * whom nothing will come, get {@link QueueClosed}.
   */
  close(): void;
}

/** Somebody who waits in `take` or `put`, until the queue settles their promise. */
export interface Waiting {
  resolve(item?: unknown): void;
  reject(reason: QueueClosed): void;
  /** Of a producer: what is to be put. */
  item?: unknown;
}

/** Makes a typed queue of a plain class: `export const EventQueue = PlainQueue as QueueClass;`. */
export type QueueClass = new <T>(options?: QueueOptions) => Queue<T>;

/** @throws RangeError if the capacity is neither a whole number of 1 or more nor `Infinity` */
export function capacityOf({ capacity = Infinity }: QueueOptions): number {
  if (capacity !== Infinity && !(Number.isInteger(capacity) && capacity >= 1)) {
    throw new RangeError(
      `The capacity must be a whole number of 1 or more; got ${capacity}.`,
    );
  }
  return capacity;
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
export interface DeadLetter<T = unknown> {
  readonly job: T;
  /** What the last attempt threw: anything, not always an Error. */
  readonly error: unknown;
  readonly attempts: number;
}

/** A job that failed and will be tried again. */
export interface Retry<T = unknown> {
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

/** Options for the delays between attempts. */
export interface RetryOptions {
  /** The delay after the first failure, in ms; it doubles with each further one. Default: 100. */
  firstDelay?: number;
  /** No delay is longer, in ms. Default: 30,000. */
  maxDelay?: number;
  /** From 0 up to, but not including, 1. Default: `Math.random`. */
  random?: () => number;
}

/** Options for a worker. */
export interface WorkerOptions<T> extends RetryOptions {
  /** How many jobs may be in hand at once, or `Infinity`. Default: 1, which keeps them in order. */
  concurrency?: number;
  /** How long one attempt may take, in ms, or `Infinity`. Default: 30,000. */
  timeLimit?: number;
  /** How often a job is tried before it becomes a dead letter. Default: 5. */
  attempts?: number;
  /** Is called for each failure that will be followed by another attempt. */
  onRetry?: (retry: Retry<T>) => unknown;
  /** Is called for each job that is given up. */
  onDead?: (letter: DeadLetter<T>) => unknown;
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

/** Takes jobs from a queue and handles them, until it is stopped. */
export interface QueueWorker<T> {
  /** Begins to take jobs, also after a stop. A second call changes nothing. Returns the worker. */
  start(): this;

  /**
   * Takes no more jobs. Resolves when those in hand are finished. A job that waits for another
   * attempt goes back into the queue, and so does one that fails now, unless it was its last attempt:
   * then it is a dead letter. What goes back begins anew, with attempt 1.
   */
  stop(): Promise<void>;

  /**
   * Resolves when no job is waiting in the queue or for a retry, and none is in hand. While the worker
   * is stopped, it need not notice that somebody else has emptied the queue.
   */
  idle(): Promise<void>;

  /** Jobs that were given up, oldest first: a list that later events do not change. */
  readonly deadLetters: readonly DeadLetter<T>[];

  /** Puts a dead letter's job into the queue again; returns whether it was a dead letter. */
  putBack(letter: DeadLetter<T>): boolean;
}

/** Makes a typed worker of a plain class: `export const Worker = PlainWorker as WorkerClass;`. */
export type WorkerClass = new <T>(
  queue: Queue<T>,
  handle: Handler<T>,
  options?: WorkerOptions<T>,
) => QueueWorker<T>;

/** One event for one listener, so that a retry repeats only the listener that failed. */
export interface ListenerJob {
  readonly event: BusEvent;
  /** The pattern under which the listener subscribed. */
  readonly pattern: string;
  readonly listener: AnyListener;
}

/** Options for a queued bus: those of its worker, and `onError`. */
export interface QueuedBusOptions extends Omit<WorkerOptions<ListenerJob>, "onDead"> {
  /** Is called for each listener that failed for the last time. Default: `reportError`. */
  onError?: OnError;
}

/** A bus with a queue and a worker between `emit` and the listeners. */
export interface WorkingBus<Events extends object = AnyEvents>
  extends StoringBus<Events> {
  /** How many events wait for a listener; those that wait for a retry do not count. */
  readonly waiting: number;
  /** What was given up, oldest first. */
  readonly deadLetters: readonly DeadLetter<ListenerJob>[];
  /** Has a dead letter tried again, by its listener alone; returns whether it was one. */
  putBack(letter: DeadLetter<ListenerJob>): boolean;
  /** Lets the worker take events again after a stop. */
  start(): void;
  /** Finishes what is in hand; everything else waits in the queue until `start`. */
  stop(): Promise<void>;
}

/** Makes a typed bus of a plain class: `export const QueuedBus = PlainBus as QueuedBusClass;`. */
export type QueuedBusClass = new <Events extends object = AnyEvents>(
  bus: Bus<Events>,
  options?: QueuedBusOptions,
) => WorkingBus<Events>;
