/** What queue, worker and bus must do, so slow and simple that it is plainly right. */
import { type AnyListener, type Bus, reportError, type Unsubscribe } from "#bus/contract";
import {
  type DeadLetter,
  type Handler,
  type ListenerJob,
  type Queue,
  QueueClosed,
  type QueuedBusOptions,
  type QueueWorker,
  TimeLimitExceeded,
  type Waiting,
  type WorkerOptions,
} from "#bus/queue-contract";
import { QueueingBus } from "#bus/queueing-bus";
import { matches } from "#bus/wildcards";
import { Delivery, tell, WaitingRoom } from "#bus/worker-kit";
import { withDefaults } from "#bus/worker-options";

export class SlowQueue<T> implements Queue<T> {
  readonly #capacity: number;
  readonly #items: T[] = [];
  readonly #watchers: (() => void)[] = [];
  #takers: Waiting[] = [];
  #producers: (Waiting & { item: T })[] = [];
  #closed = false;

  constructor({ capacity = Infinity } = {}) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#items.length;
  }

  async put(item: T): Promise<void> {
    if (this.#closed) throw new QueueClosed();
    if (this.tryPut(item)) return;
    await new Promise((resolve, reject) =>
      this.#producers.push({ item, resolve, reject }),
    );
  }

  tryPut(item: T): boolean {
    const accepts = !this.#closed && this.size < this.#capacity;
    if (accepts) this.putBack(item);
    return accepts;
  }

  putBack(item: T): void {
    const taker = this.#takers.shift();
    if (taker) taker.resolve(item);
    else this.#items.push(item);
    if (!taker) for (const wake of this.#watchers.splice(0)) wake();
  }

  async take(): Promise<T> {
    if (this.size > 0) return this.tryTake() as T;
    if (this.#closed) throw new QueueClosed();
    return new Promise((resolve, reject) =>
      this.#takers.push({ resolve: (item) => resolve(item as T), reject }),
    );
  }

  tryTake(): T | undefined {
    const item = this.#items.shift();
    const producer = this.size < this.#capacity ? this.#producers.shift() : undefined;
    if (producer) this.#items.push(producer.item);
    producer?.resolve();
    return item;
  }

  async ready(): Promise<void> {
    if (this.size === 0)
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  close(): void {
    this.#closed = true;
    const all = [...this.#takers.splice(0), ...this.#producers.splice(0)];
    for (const one of all) one.reject(new QueueClosed());
  }
}

/** A job that has failed and will be tried again: its timer, until its delay is over. */
interface Retried {
  next: Delivery;
  timer: unknown;
  isDue: boolean;
}

export class SlowWorker<T> implements QueueWorker<T> {
  #retried: Retried[] = [];
  #letters: DeadLetter<T>[] = [];
  #started = false;
  #inHand = 0;
  readonly #waiting = new WaitingRoom();
  readonly #queue: Queue<T>;
  readonly #handle: Handler<T>;
  readonly #options: Required<WorkerOptions<T>>;

  constructor(queue: Queue<T>, handle: Handler<T>, options: WorkerOptions<T> = {}) {
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
    for (const { next, timer } of this.#retried.splice(0)) {
      this.#options.timers.clearTimeout(timer);
      this.#queue.putBack(next.job as T);
    }
    return this.#waiting.until(() => this.#inHand === 0);
  }

  idle(): Promise<void> {
    return this.#waiting.until(
      () => this.#inHand + this.#retried.length + this.#queue.size === 0,
    );
  }

  get deadLetters(): readonly DeadLetter<T>[] {
    return [...this.#letters];
  }

  putBack(letter: DeadLetter<T>): boolean {
    if (!this.#letters.includes(letter)) return false;
    this.#letters = this.#letters.filter((one) => one !== letter);
    this.#queue.putBack(letter.job);
    return true;
  }

  #work(): void {
    while (this.#started && this.#inHand < this.#options.concurrency) {
      const due = this.#retried.find(({ isDue }) => isDue);
      if (!due && this.#queue.size === 0) break;
      this.#retried = this.#retried.filter((one) => one !== due);
      this.#attempt(due ? due.next : new Delivery(this.#queue.tryTake(), 1));
    }
    if (this.#queue.size === 0) this.#queue.ready().then(() => this.#work());
    this.#waiting.look();
  }

  #attempt(delivery: Delivery): void {
    const { timers, timeLimit } = this.#options;
    let open = true;
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
    const timer = timeLimit < Infinity && timers.setTimeout(giveUp, timeLimit);
    this.#inHand += 1;
    new Promise((resolve) => resolve(this.#handle(delivery.job as T, delivery))).then(
      () => end(false),
      (error) => end(true, error),
    );
  }

  #failed(delivery: Delivery, error: unknown): void {
    const { timers, random, firstDelay, maxDelay, onDead, onRetry } = this.#options;
    const job = delivery.job as T;
    const attempts = delivery.number;
    if (attempts === this.#options.attempts) {
      const letter = { job, error, attempts };
      this.#letters.push(letter);
      tell(onDead, letter);
    } else if (!this.#started) {
      this.#queue.putBack(job);
    } else {
      const doubled = firstDelay * 2 ** (attempts - 1);
      const delay = Math.min(maxDelay, doubled) * (1 - random() / 2);
      const wake = () => {
        this.#retried = [...this.#retried.filter((one) => one !== retried), retried];
        retried.isDue = true;
        this.#work();
      };
      const timer = timers.setTimeout(wake, delay);
      const retried = { next: new Delivery(job, attempts + 1), timer, isDue: false };
      this.#retried.push(retried);
      tell(onRetry, { job, error, attempts, delay });
    }
  }
}

export class SlowBus extends QueueingBus {
  #all: { pattern: string; listener: AnyListener }[] = [];

  constructor(bus: Bus, { onError = reportError, ...options }: QueuedBusOptions) {
    const queue = new SlowQueue<ListenerJob>();
    const handle = ({ listener, event }: ListenerJob) => listener(event.data, event);
    const onDead = ({ job, error }: DeadLetter<ListenerJob>) =>
      onError(error, job.event, job.pattern);
    super(bus, queue, new SlowWorker(queue, handle, { ...options, onDead }));
    bus.subscribe("#", (_data, event) => {
      for (const one of this.#all)
        if (matches(one.pattern, event.name)) queue.put({ event, ...one });
    });
  }

  override subscribe(pattern: string, listener: AnyListener): Unsubscribe {
    if (!this.#has(pattern, listener)) this.#all.push({ pattern, listener });
    const own = this.#has(pattern, listener);
    return () => this.#all.includes(own as never) && this.unsubscribe(pattern, listener);
  }

  override unsubscribe(pattern: string, listener: AnyListener): boolean {
    const own = this.#has(pattern, listener);
    this.#all = this.#all.filter((one) => one !== own);
    return own !== undefined;
  }

  async flush(): Promise<void> {
    await this.flushBehind();
    await this.worker.idle();
  }

  #has(pattern: string, listener: AnyListener) {
    return this.#all.find((one) => one.pattern === pattern && one.listener === listener);
  }
}
