import {
  type DeadLetter,
  type Queue,
  type RetryOptions,
  TimeLimitExceeded,
  type WorkerClass,
} from "#bus/queue-contract";
import { Delivery, type Handle, isPromise, tell, WaitingRoom } from "#bus/worker-kit";
import { withDefaults } from "#bus/worker-options";
import { EventQueue } from "./event-queue.ts";

/** How long a job waits after a number of failures, in ms. */
export function retryDelay(failures: number, options: RetryOptions = {}): number {
  const { firstDelay, maxDelay, random } = withDefaults(options);
  // Much further on, 2 ** n would be Infinity, and 0 * Infinity is not a number.
  const doubled = firstDelay * 2 ** Math.min(failures - 1, 1_000);
  return Math.min(maxDelay, doubled) * (1 - random() / 2);
}

class PlainWorker {
  readonly #queue: Queue<unknown>;
  readonly #handle;
  readonly #options;
  /** Jobs that wait for their delay, each with its timer. */
  readonly #asleep = new Map<Delivery, unknown>();
  /** Jobs whose delay is over. They go before those in the queue. */
  readonly #due = new EventQueue<Delivery>();
  readonly #dead = new Set<DeadLetter>();
  readonly #waiting = new WaitingRoom();
  #started = false;
  #listening: Promise<void> | undefined;
  #inHand = 0;

  constructor(queue: Queue<unknown>, handle: Handle, options = {}) {
    this.#queue = queue;
    this.#handle = handle;
    this.#options = withDefaults(options, handle);
  }

  start(): this {
    this.#started = true;
    this.#work();
    return this;
  }

  stop(): Promise<void> {
    this.#started = false;
    for (const [delivery, timer] of this.#asleep) {
      this.#options.timers.clearTimeout(timer);
      this.#queue.putBack(delivery.job);
    }
    this.#asleep.clear();
    for (let one = this.#due.tryTake(); one; one = this.#due.tryTake()) {
      this.#queue.putBack(one.job);
    }
    return this.#waiting.until(() => this.#inHand === 0);
  }

  idle(): Promise<void> {
    return this.#waiting.until(
      () => this.#inHand + this.#asleep.size === 0 && !this.#hasJob(),
    );
  }

  get deadLetters(): readonly DeadLetter[] {
    return [...this.#dead];
  }

  putBack(letter: DeadLetter): boolean {
    if (!this.#dead.delete(letter)) return false;
    this.#queue.putBack(letter.job);
    return true;
  }

  #hasJob(): boolean {
    return this.#due.size + this.#queue.size > 0;
  }

  #next(): Delivery {
    return this.#due.tryTake() ?? new Delivery(this.#queue.tryTake(), 1);
  }

  /** Begins as many attempts as it may. Called whenever there may be one more. */
  #work(): void {
    while (this.#started && this.#inHand < this.#options.concurrency && this.#hasJob()) {
      this.#attempt(this.#next());
    }
    if (this.#queue.size === 0) this.#listen();
    this.#waiting.look();
  }

  /** Calls `#work` again when a job is waiting: once, however often this is called. */
  #listen(): void {
    this.#listening ??= this.#queue.ready().then(() => {
      this.#listening = undefined;
      this.#work();
    });
  }

  /** Calls the handler. A job is in hand until its handler is done. */
  #attempt(delivery: Delivery): void {
    this.#inHand += 1;
    try {
      const result = this.#handle(delivery.job, delivery);
      // A handler that is done at once needs neither promises nor timers, which cost the most.
      if (isPromise(result)) this.#await(result, delivery);
      else this.#inHand -= 1;
    } catch (error) {
      this.#inHand -= 1;
      this.#failed(delivery, error);
    }
  }

  #await(result: PromiseLike<unknown>, delivery: Delivery): void {
    const { timers, timeLimit } = this.#options;
    let open = true;
    /** Only the first thing that ends an attempt counts. */
    const end = (failed: boolean, error?: unknown) => {
      if (!open) return;
      open = false;
      timers.clearTimeout(timer);
      this.#inHand -= 1;
      if (failed) this.#failed(delivery, error);
      this.#work();
    };
    const giveUp = () => {
      const error = new TimeLimitExceeded(timeLimit);
      delivery.abort(error);
      end(true, error);
    };
    const timer =
      timeLimit === Infinity ? undefined : timers.setTimeout(giveUp, timeLimit);
    Promise.resolve(result).then(
      () => end(false),
      (error) => end(true, error),
    );
  }

  #failed({ job, number: attempts }: Delivery, error: unknown): void {
    const { onRetry, onDead, timers } = this.#options;
    if (attempts >= this.#options.attempts) {
      const letter = { job, error, attempts };
      this.#dead.add(letter);
      tell(onDead, letter);
    } else if (this.#started) {
      const delay = retryDelay(attempts, this.#options);
      const next = new Delivery(job, attempts + 1);
      const wake = () => {
        this.#asleep.delete(next);
        this.#due.put(next);
        this.#work();
      };
      this.#asleep.set(next, timers.setTimeout(wake, delay));
      tell(onRetry, { job, error, attempts, delay });
    } else {
      this.#queue.putBack(job);
    }
  }
}

/** The plain class, with types for those who use it. */
export const Worker = PlainWorker as WorkerClass;
