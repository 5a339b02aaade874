import {
  type Attempt,
  type DeadLetter,
  type Handler,
  type RetryOptions,
  TimeLimitExceeded,
  type WorkerOptions,
} from "#bus/queue-contract";
import { withDefaults } from "#bus/worker-options";
import { EventQueue } from "./event-queue.ts";

/**
 * How long a job waits before it is tried again, in ms: twice as long after each failure. Up to
 * half of it is left out by chance, so that jobs that failed together do not return together.
 *
 * @param failures how many attempts have failed so far, 1 or more
 */
export function retryDelay(failures: number, options: RetryOptions = {}): number {
  const { firstDelay = 100, maxDelay = 30_000, random = Math.random } = options;
  const longest = Math.min(maxDelay, firstDelay * 2 ** (failures - 1));
  return longest * (1 - random() / 2);
}

/** After so many jobs in a row, timers and sockets get their turn. */
const IN_A_ROW = 100;

/**
 * Takes jobs from a queue and handles them. A handler that throws, rejects or never settles costs
 * its job another attempt, and in the end a place among the dead letters; the worker goes on.
 */
export class Worker<T> {
  readonly #queue: EventQueue<T>;
  readonly #handle: Handler<T>;
  readonly #options: Required<WorkerOptions<T>>;
  /** Jobs that failed, by the timer that will wake them. */
  readonly #asleep = new Map<Delivery<T>, unknown>();
  /** Jobs whose delay is over; they go before those in the queue. */
  readonly #due = new EventQueue<Delivery<T>>();
  readonly #dead = new Set<DeadLetter<T>>();
  #started = false;
  #inHand = 0;
  #inARow = 0;
  #resting = false;
  #listening = false;
  #whenIdle: (() => void)[] = [];
  #whenStopped: (() => void)[] = [];

  /**
   * @throws TypeError if the handler is no function
   * @throws RangeError if a number among the options makes no sense
   */
  constructor(queue: EventQueue<T>, handle: Handler<T>, options: WorkerOptions<T> = {}) {
    if (typeof handle !== "function") {
      throw new TypeError(`A worker needs a function as handler; got ${typeof handle}.`);
    }
    this.#queue = queue;
    this.#handle = handle;
    this.#options = withDefaults(options);
  }

  /** Begins to take jobs, also after a stop. Returns the worker. */
  start(): this {
    this.#started = true;
    this.#work();
    return this;
  }

  /**
   * Takes no more jobs. Resolves when those in hand are finished. A job that waited for another
   * attempt, or fails now, is in the queue again, and starts anew with whoever takes it.
   */
  async stop(): Promise<void> {
    this.#started = false;
    for (const [delivery, timer] of this.#asleep) {
      this.#options.timers.clearTimeout(timer);
      this.#queue.putBack(delivery.job);
    }
    this.#asleep.clear();
    while (this.#due.size > 0)
      this.#queue.putBack((this.#due.tryTake() as Delivery<T>).job);
    if (this.#inHand > 0) {
      await new Promise<void>((resolve) => this.#whenStopped.push(resolve));
    }
  }

  /** Resolves when the queue is empty, nothing is in hand and nothing waits for a retry. */
  async idle(): Promise<void> {
    if (!this.#isIdle()) {
      await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    }
  }

  /** Jobs that were given up, oldest first. */
  get deadLetters(): readonly DeadLetter<T>[] {
    return [...this.#dead];
  }

  /** Puts a dead letter's job into the queue again; returns whether it was a dead letter. */
  putBack(letter: DeadLetter<T>): boolean {
    if (!this.#dead.delete(letter)) return false;
    this.#queue.putBack(letter.job);
    this.#work();
    return true;
  }

  #work(): void {
    while (this.#hasHandFree() && this.#hasJob()) {
      if (this.#inARow === IN_A_ROW) {
        this.#rest();
        return;
      }
      this.#inARow += 1;
      this.#attempt(this.#next());
    }
    if (this.#isIdle()) this.#whenIdle = callAll(this.#whenIdle);
    if (this.#inHand === 0) this.#whenStopped = callAll(this.#whenStopped);
    if (this.#hasHandFree()) this.#listen();
  }

  #hasHandFree(): boolean {
    return this.#started && !this.#resting && this.#inHand < this.#options.concurrency;
  }

  #hasJob(): boolean {
    return this.#due.size > 0 || this.#queue.size > 0;
  }

  #isIdle(): boolean {
    return this.#inHand === 0 && this.#asleep.size === 0 && !this.#hasJob();
  }

  #next(): Delivery<T> {
    return this.#due.tryTake() ?? new Delivery(this.#queue.tryTake() as T, 1);
  }

  #rest(): void {
    this.#resting = true;
    setImmediate(() => {
      this.#resting = false;
      this.#inARow = 0;
      this.#work();
    });
  }

  #listen(): void {
    if (this.#listening || this.#queue.closed) return;
    this.#listening = true;
    this.#queue.ready().then(() => {
      this.#listening = false;
      this.#work();
    });
  }

  #attempt(delivery: Delivery<T>): void {
    this.#inHand += 1;
    try {
      const result = this.#handle(delivery.job, delivery);
      // Most of the time goes into promises and timers: a handler that is done needs neither.
      if (isPromise(result)) this.#await(result, delivery);
      else this.#inHand -= 1;
    } catch (error) {
      this.#inHand -= 1;
      this.#failed(delivery, error);
    }
  }

  #await(result: PromiseLike<unknown>, delivery: Delivery<T>): void {
    const { timers, timeLimit } = this.#options;
    let open = true;
    const close = (fail?: () => void) => {
      // A handler that comes to its end after the time limit has been counted already.
      if (!open) return;
      open = false;
      timers.clearTimeout(timer);
      this.#inHand -= 1;
      fail?.();
      this.#work();
    };
    const fail = (error: unknown) => close(() => this.#failed(delivery, error));
    const timer =
      timeLimit === Infinity
        ? undefined
        : timers.setTimeout(() => {
            const error = new TimeLimitExceeded(timeLimit);
            delivery.abort(error);
            fail(error);
          }, timeLimit);
    Promise.resolve(result).then(() => close(), fail);
  }

  #failed(delivery: Delivery<T>, error: unknown): void {
    const { job, number: attempts } = delivery;
    if (attempts >= this.#options.attempts) this.#bury({ job, error, attempts });
    else if (this.#started) this.#retry(delivery, error);
    else this.#queue.putBack(job);
  }

  #bury(letter: DeadLetter<T>): void {
    this.#dead.add(letter);
    tell(this.#options.onDead, letter);
  }

  #retry({ job, number: attempts }: Delivery<T>, error: unknown): void {
    const delay = retryDelay(attempts, this.#options);
    const next = new Delivery(job, attempts + 1);
    const wake = () => {
      this.#asleep.delete(next);
      this.#due.putBack(next);
      this.#work();
    };
    this.#asleep.set(next, this.#options.timers.setTimeout(wake, delay));
    tell(this.#options.onRetry, { job, error, attempts, delay });
  }
}

/** One job on its way through one attempt. */
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

/** Calls all and returns an empty list to go on with. */
function callAll(actions: (() => void)[]): (() => void)[] {
  if (actions.length === 0) return actions;
  for (const action of actions) action();
  return [];
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}
