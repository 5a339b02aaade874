import {
  type DeadLetter,
  type Queue,
  type RetryOptions,
  TimeLimitExceeded,
  type WorkerClass,
} from "#bus/queue-contract";
import { Delivery, type Handle, isPromise, tell, WaitingRoom } from "#bus/worker-kit";
import { withDefaults } from "#bus/worker-options";
import { todo } from "#todo";
import { EventQueue } from "./event-queue.ts";

/** How long a job waits after a number of failures, in ms. */
export function retryDelay(failures: number, options: RetryOptions = {}): number {
  const { firstDelay, maxDelay, random } = withDefaults(options);
  return todo(6, "double the delay with each failure; leave out up to half by chance");
}

class PlainWorker {
  readonly #queue: Queue<unknown>;
  readonly #handle;
  readonly #options;
  /** Of step 6: jobs that wait for their delay, each with its timer. */
  readonly #asleep = new Map<Delivery, unknown>();
  /** Of step 6: jobs whose delay is over. They go before those in the queue. */
  readonly #due = new EventQueue<Delivery>();
  readonly #waiting = new WaitingRoom();
  #listening: Promise<void> | undefined;
  #started = false;
  #inHand = 0;
  // Your fields go here: what else does the worker have to remember?

  constructor(queue: Queue<unknown>, handle: Handle, options = {}) {
    this.#queue = queue;
    this.#handle = handle;
    this.#options = withDefaults(options, handle);
  }

  start(): this {
    return todo(4, "handle jobs from the queue, as many at a time as concurrency says");
  }

  idle(): Promise<void> {
    // Step 6: wait for those in #asleep, too.
    return todo(4, "wait until no job is waiting and none is in hand");
  }

  get deadLetters(): readonly DeadLetter[] {
    return todo(4, "return the jobs that were given up, oldest first");
  }

  putBack(letter: DeadLetter): boolean {
    return todo(6, "take the letter out of the dead letters, its job into the queue");
  }

  stop(): Promise<void> {
    return todo(7, "take nothing more, hand back what waits, finish what is in hand");
  }

  #hasJob(): boolean {
    return this.#due.size + this.#queue.size > 0;
  }

  #next(): Delivery {
    return this.#due.tryTake() ?? new Delivery(this.#queue.tryTake(), 1);
  }

  /** Begins as many attempts as it may. Called whenever there may be one more. */
  #work(): void {
    todo(4, "attempt jobs while a hand is free; if the queue is empty, listen; look");
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
    todo(4, "call the handler with the job and the delivery, and see how that ends");
  }

  #await(result: PromiseLike<unknown>, delivery: Delivery): void {
    // Step 5: give the attempt up when its time is over.
    todo(4, "when the promise is settled, free the hand and go on");
  }

  #failed(delivery: Delivery, error: unknown): void {
    // Step 6: try it again, later.
    // Step 7: once the worker has been stopped, put the job back into the queue.
    todo(4, "keep a dead letter, and tell onDead");
  }
}

/** The plain class, with types for those who use it. Leave this line as it is. */
export const Worker = PlainWorker as WorkerClass;
