/** What the queue and the worker must do, so slow and simple that it is plainly right. */
import {
  type DeadLetter,
  type Handler,
  type Queue,
  QueueClosed,
  type QueueWorker,
  TimeLimitExceeded,
  type WorkerOptions,
} from "#bus/queue-contract";

export type AnyQueue = Queue<unknown>;
export type AnyWorker = QueueWorker<unknown>;
export type Options = Required<WorkerOptions<unknown>>;

/** What makes queues and workers, those of the answer or the slow ones. */
export interface Makers {
  queue: (options: { capacity: number }) => AnyQueue;
  worker: (queue: AnyQueue, handle: Handler<unknown>, options: Options) => AnyWorker;
}

interface Waiting {
  item?: unknown;
  resolve: (item?: unknown) => void;
  reject: (reason: Error) => void;
}

export class SlowQueue implements AnyQueue {
  readonly #capacity: number;
  readonly #items: unknown[] = [];
  readonly #watchers: (() => void)[] = [];
  #takers: Waiting[] = [];
  #producers: Waiting[] = [];
  #closed = false;

  constructor({ capacity = Infinity } = {}) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#items.length;
  }

  async put(item: unknown): Promise<void> {
    if (this.#closed) throw new QueueClosed();
    if (this.tryPut(item)) return;
    await new Promise((resolve, reject) =>
      this.#producers.push({ item, resolve, reject }),
    );
  }

  tryPut(item: unknown): boolean {
    const accepts = !this.#closed && this.size < this.#capacity;
    if (accepts) this.putBack(item);
    return accepts;
  }

  putBack(item: unknown): void {
    const taker = this.#takers.shift();
    if (taker) taker.resolve(item);
    else {
      this.#items.push(item);
      for (const wake of this.#watchers.splice(0)) wake();
    }
  }

  async take(): Promise<unknown> {
    if (this.size > 0) return this.tryTake();
    if (this.#closed) throw new QueueClosed();
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
  }

  tryTake(): unknown {
    const item = this.#items.shift();
    while (this.size < this.#capacity && this.#producers.length > 0) {
      const producer = this.#producers.shift();
      this.#items.push(producer?.item);
      producer?.resolve();
    }
    return item;
  }

  async ready(): Promise<void> {
    if (this.size === 0)
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  close(): void {
    this.#closed = true;
    for (const one of [...this.#takers, ...this.#producers])
      one.reject(new QueueClosed());
    this.#takers = this.#producers = [];
  }
}

/** A job that has failed and will be tried again: its timer, until its delay is over. */
interface Retried {
  job: unknown;
  number: number;
  timer: unknown;
  isDue: boolean;
}

export class SlowWorker implements AnyWorker {
  #retried: Retried[] = [];
  #letters: DeadLetter[] = [];
  #guests: { isOver: () => boolean; resolve: () => void }[] = [];
  #started = false;
  #inHand = 0;
  readonly #queue: AnyQueue;
  readonly #handle: Handler<unknown>;
  readonly #options: Options;

  constructor(queue: AnyQueue, handle: Handler<unknown>, options: Options) {
    this.#queue = queue;
    this.#handle = handle;
    this.#options = options;
  }

  start(): this {
    this.#started = true;
    this.#work();
    return this;
  }

  stop(): Promise<void> {
    this.#started = false;
    for (const { job, timer } of this.#retried) {
      this.#options.timers.clearTimeout(timer);
      this.#queue.putBack(job);
    }
    this.#retried = [];
    return this.#until(() => this.#inHand === 0);
  }

  idle(): Promise<void> {
    return this.#until(
      () => this.#inHand + this.#retried.length + this.#queue.size === 0,
    );
  }

  get deadLetters(): readonly DeadLetter[] {
    return [...this.#letters];
  }

  putBack(letter: DeadLetter): boolean {
    if (!this.#letters.includes(letter)) return false;
    this.#letters = this.#letters.filter((one) => one !== letter);
    this.#queue.putBack(letter.job);
    return true;
  }

  #until(isOver: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#guests.push({ isOver, resolve });
      this.#look();
    });
  }

  #look(): void {
    for (const { isOver, resolve } of this.#guests) if (isOver()) resolve();
    this.#guests = this.#guests.filter(({ isOver }) => !isOver());
  }

  #work(): void {
    while (this.#started && this.#inHand < this.#options.concurrency) {
      const due = this.#retried.find(({ isDue }) => isDue);
      if (!due && this.#queue.size === 0) break;
      this.#retried = this.#retried.filter((one) => one !== due);
      if (due) this.#attempt(due.job, due.number);
      else this.#attempt(this.#queue.tryTake(), 1);
    }
    if (this.#queue.size === 0) this.#queue.ready().then(() => this.#work());
    this.#look();
  }

  #attempt(job: unknown, number: number): void {
    const { timers, timeLimit } = this.#options;
    const controller = new AbortController();
    let open = true;
    const end = (failed: boolean, error?: unknown) => {
      if (!open) return;
      open = false;
      timers.clearTimeout(timer);
      this.#inHand -= 1;
      if (failed) this.#failed(job, number, error);
      this.#work();
    };
    const giveUp = () => {
      const error = new TimeLimitExceeded(timeLimit);
      controller.abort(error);
      end(true, error);
    };
    const timer = timeLimit < Infinity && timers.setTimeout(giveUp, timeLimit);
    this.#inHand += 1;
    const attempt = { number, signal: controller.signal };
    new Promise((resolve) => resolve(this.#handle(job, attempt))).then(
      () => end(false),
      (error) => end(true, error),
    );
  }

  #failed(job: unknown, attempts: number, error: unknown): void {
    const { timers, random, firstDelay, maxDelay, onDead, onRetry } = this.#options;
    if (attempts === this.#options.attempts) {
      const letter = { job, error, attempts };
      this.#letters.push(letter);
      attempt(() => onDead(letter));
    } else if (!this.#started) {
      this.#queue.putBack(job);
    } else {
      const doubled = firstDelay * 2 ** (attempts - 1);
      const delay = Math.min(maxDelay, doubled) * (1 - random() / 2);
      const wake = () => {
        retried.isDue = true;
        this.#retried = this.#retried.filter((one) => one !== retried);
        this.#retried.push(retried);
        this.#work();
      };
      const timer = timers.setTimeout(wake, delay);
      const retried: Retried = { job, number: attempts + 1, timer, isDue: false };
      this.#retried.push(retried);
      attempt(() => onRetry({ job, error, attempts, delay }));
    }
  }
}

/** Calls somebody's function, which may throw or reject. */
function attempt(call: () => unknown): void {
  try {
    Promise.resolve(call()).catch(() => {});
  } catch {
    // An observer that fails changes nothing.
  }
}
