/** What queue, worker and bus must do, so slow and simple that it is plainly right. */
import { type AnyListener, type Bus, reportError, type Unsubscribe } from "#bus/contract";
import {
  type DeadLetter,
  type ListenerJob,
  type Queue,
  type QueueClass,
  QueueClosed,
  type QueuedBusClass,
  type QueuedBusOptions,
  TimeLimitExceeded,
  type Waiting,
  type WorkerClass,
} from "#bus/queue-contract";
import { QueueingBus } from "#bus/queueing-bus";
import { matches } from "#bus/wildcards";
import { Delivery, type Handle, tell, WaitingRoom } from "#bus/worker-kit";
import { withDefaults } from "#bus/worker-options";

class PlainQueue {
  readonly #capacity: number;
  readonly #items: unknown[] = [];
  readonly #producers: Waiting[] = [];
  readonly #takers: Waiting[] = [];
  readonly #watchers: Waiting[] = [];
  #closed = false;

  constructor({ capacity = Infinity } = {}) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#items.length;
  }

  put(item: unknown): Promise<void> {
    return this.#wait(this.#producers, item);
  }

  tryPut(item: unknown): boolean {
    if (this.#closed || this.size >= this.#capacity) return false;
    this.putBack(item);
    return true;
  }

  putBack(item: unknown): void {
    this.#items.push(item);
    this.#settle();
  }

  take(): Promise<unknown> {
    return this.#wait(this.#takers);
  }

  tryTake(): unknown {
    const item = this.#items.shift();
    this.#settle();
    return item;
  }

  ready(): Promise<void> {
    return this.#wait(this.#watchers);
  }

  close(): void {
    this.#closed = true;
    this.#settle();
  }

  #wait<T>(among: Waiting[], item?: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      among.push({ item, resolve: resolve as Waiting["resolve"], reject });
      this.#settle();
    });
  }

  /** Gives all who wait what they can have by now. */
  #settle(): void {
    if (this.#closed) refuse(this.#producers);
    while (this.#takers.length > 0 && this.size > 0)
      this.#takers.shift()?.resolve(this.#items.shift());
    while (this.#producers.length > 0 && this.size < this.#capacity) {
      const { item, resolve } = this.#producers.shift() as Waiting;
      resolve();
      this.putBack(item);
    }
    if (this.#closed) refuse(this.#takers);
    if (this.size > 0) for (const one of this.#watchers.splice(0)) one.resolve();
  }
}

function refuse(all: Waiting[]): void {
  for (const one of all.splice(0)) one.reject(new QueueClosed());
}

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
    let timer: unknown;
    const tooLate = new Promise((_resolve, reject) => {
      const giveUp = () => {
        const error = new TimeLimitExceeded(timeLimit);
        reject(error);
        delivery.abort(error);
      };
      if (timeLimit < Infinity) timer = timers.setTimeout(giveUp, timeLimit);
    });
    this.#inHand += 1;
    try {
      await Promise.race([(async () => this.#handle(delivery.job, delivery))(), tooLate]);
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

export const SlowQueue = PlainQueue as QueueClass;
export const SlowWorker = PlainWorker as WorkerClass;

type Own = { pattern: string; listener: AnyListener };

class PlainBus extends QueueingBus {
  #all: Own[] = [];

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
    const own = this.#find(pattern, listener) ?? { pattern, listener };
    if (!this.#all.includes(own)) this.#all.push(own);
    return () => this.#end(own);
  }

  override unsubscribe(pattern: string, listener: AnyListener): boolean {
    return this.#end(this.#find(pattern, listener));
  }

  async flush(): Promise<void> {
    await this.flushBehind();
    await this.worker.idle();
  }

  #find(pattern: string, listener: AnyListener): Own | undefined {
    return this.#all.find((one) => one.pattern === pattern && one.listener === listener);
  }

  #end(own: Own | undefined): boolean {
    const before = this.#all.length;
    this.#all = this.#all.filter((one) => one !== own);
    return this.#all.length < before;
  }
}

export const SlowBus = PlainBus as QueuedBusClass;
