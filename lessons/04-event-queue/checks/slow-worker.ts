/** What a worker must do, so slow and simple that it is plainly right. */
import {
  type DeadLetter,
  type Queue,
  TimeLimitExceeded,
  type WorkerClass,
} from "#bus/queue-contract";
import { Delivery, type Handle, tell, WaitingRoom } from "#bus/worker-kit";
import { withDefaults } from "#bus/worker-options";

class PlainWorker {
  readonly #queue: Queue<unknown>;
  readonly #handle;
  readonly #options;
  /** Jobs that wait for their delay, each with its timer, and those whose delay is over. */
  readonly #asleep = new Map<Delivery, unknown>();
  readonly #due: Delivery[] = [];
  readonly #waiting = new WaitingRoom();
  #dead: DeadLetter[] = [];
  #started = false;
  #inHand = 0;

  constructor(queue: Queue<unknown>, handle: Handle, options = {}) {
    this.#queue = queue;
    this.#handle = handle;
    this.#options = withDefaults(options);
  }

  start(): this {
    this.#started = true;
    this.#work();
    return this;
  }

  stop(): Promise<void> {
    this.#started = false;
    for (const timer of this.#asleep.values()) this.#options.timers.clearTimeout(timer);
    for (const { job } of [...this.#due.splice(0), ...this.#asleep.keys()])
      this.#queue.putBack(job);
    this.#asleep.clear();
    return this.#waiting.until(() => this.#inHand === 0);
  }

  idle(): Promise<void> {
    return this.#waiting.until(
      () => this.#inHand + this.#asleep.size + this.#due.length + this.#queue.size === 0,
    );
  }

  get deadLetters(): readonly DeadLetter[] {
    return this.#dead;
  }

  putBack(letter: DeadLetter): boolean {
    if (!this.#dead.includes(letter)) return false;
    this.#dead = this.#dead.filter((one) => one !== letter);
    this.#queue.putBack(letter.job);
    return true;
  }

  #work(): void {
    while (this.#started && this.#inHand < this.#options.concurrency) {
      if (this.#due.length + this.#queue.size === 0) break;
      this.#attempt(this.#due.shift() ?? new Delivery(this.#queue.tryTake(), 1));
    }
    if (this.#queue.size === 0) this.#queue.ready().then(() => this.#work());
    this.#waiting.look();
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { timers, timeLimit } = this.#options;
    const late = new Promise((_resolve, reject) => {
      delivery.signal.onabort = () => reject(delivery.signal.reason);
    });
    const giveUp = () => delivery.abort(new TimeLimitExceeded(timeLimit));
    const timer = timeLimit < Infinity ? timers.setTimeout(giveUp, timeLimit) : undefined;
    this.#inHand += 1;
    try {
      await Promise.race([(async () => this.#handle(delivery.job, delivery))(), late]);
    } catch (error) {
      this.#failed(delivery, error);
    }
    timers.clearTimeout(timer);
    this.#inHand -= 1;
    this.#work();
  }

  #failed({ job, number: attempts }: Delivery, error: unknown): void {
    const { timers, random, firstDelay, maxDelay, onDead, onRetry } = this.#options;
    if (attempts === this.#options.attempts) {
      const letter = { job, error, attempts };
      this.#dead = [...this.#dead, letter];
      tell(onDead, letter);
    } else if (!this.#started) {
      this.#queue.putBack(job);
    } else {
      const next = new Delivery(job, attempts + 1);
      const doubled = firstDelay * 2 ** (attempts - 1);
      const delay = Math.min(maxDelay, doubled) * (1 - random() / 2);
      const wake = () => {
        this.#asleep.delete(next);
        this.#due.push(next);
        this.#work();
      };
      this.#asleep.set(next, timers.setTimeout(wake, delay));
      tell(onRetry, { job, error, attempts, delay });
    }
  }
}

export const SlowWorker = PlainWorker as WorkerClass;
