import type {
  DeadLetter,
  Handler,
  Queue,
  RetryOptions,
  WorkerClass,
  WorkerOptions,
} from "#bus/queue-contract";
import { TimeLimitExceeded } from "#bus/queue-contract";
import { withDefaults } from "#bus/worker-options";

/** Doubles step by step, and keeps a half plus a part of the other half. */
export function retryDelay(failures: number, options: RetryOptions = {}): number {
  const { firstDelay, maxDelay, random } = withDefaults(options);
  let whole = firstDelay;
  for (let n = 1; n < failures && whole > 0 && whole < maxDelay; n++) whole += whole;
  if (whole > maxDelay) whole = maxDelay;
  return whole / 2 + (whole / 2) * (1 - random());
}

interface Job<T> {
  job: T;
  tries: number;
}

/** Every job is an async function on its way; a few numbers and lists say how far each has come. */
class AsyncWorker<T> {
  private running = false;
  private busy = 0;
  private watching = false;
  private readonly again: Job<T>[] = [];
  private readonly sleepers = new Map<Job<T>, unknown>();
  private letters: DeadLetter<T>[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly queue: Queue<T>;
  private readonly handle: Handler<T>;
  private readonly options: Required<WorkerOptions<T>>;

  constructor(queue: Queue<T>, handle: Handler<T>, options: WorkerOptions<T> = {}) {
    this.queue = queue;
    this.handle = handle;
    this.options = withDefaults(options, handle);
  }

  get deadLetters(): readonly DeadLetter<T>[] {
    return this.letters;
  }

  start(): this {
    this.running = true;
    this.fill();
    return this;
  }

  async stop(): Promise<void> {
    this.running = false;
    for (const timer of this.sleepers.values()) this.options.timers.clearTimeout(timer);
    for (const { job } of [...this.again, ...this.sleepers.keys()])
      this.queue.putBack(job);
    this.again.length = 0;
    this.sleepers.clear();
    await this.untilTrue(() => this.busy === 0);
  }

  idle(): Promise<void> {
    return this.untilTrue(
      () => this.busy + this.sleepers.size + this.again.length + this.queue.size === 0,
    );
  }

  putBack(letter: DeadLetter<T>): boolean {
    const before = this.letters.length;
    this.letters = this.letters.filter((one) => one !== letter);
    if (this.letters.length === before) return false;
    this.queue.putBack(letter.job);
    return true;
  }

  private untilTrue(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.listeners.delete(look);
        resolve();
      };
      this.listeners.add(look);
      look();
    });
  }

  private fill() {
    while (this.running && this.busy < this.options.concurrency) {
      const next = this.again.shift() ?? this.fromQueue();
      if (!next) break;
      this.busy++;
      void this.run(next);
    }
    if (this.running && !this.watching && this.queue.size === 0) {
      this.watching = true;
      this.queue.ready().finally(() => {
        this.watching = false;
        this.fill();
      });
    }
    for (const look of [...this.listeners]) look();
  }

  private fromQueue(): Job<T> | undefined {
    if (this.queue.size === 0) return undefined;
    return { job: this.queue.tryTake() as T, tries: 0 };
  }

  private async run(one: Job<T>) {
    one.tries++;
    let timer: unknown;
    const controller = new AbortController();
    const limit = this.options.timeLimit;
    try {
      const tooLate = new Promise<never>((_, reject) => {
        if (limit === Number.POSITIVE_INFINITY) return;
        timer = this.options.timers.setTimeout(() => {
          const error = new TimeLimitExceeded(limit);
          reject(error);
          controller.abort(error);
        }, limit);
      });
      const attempt = { number: one.tries, signal: controller.signal };
      const work = Promise.resolve().then(() => this.handle(one.job, attempt));
      await Promise.race([work, tooLate]);
    } catch (error) {
      this.failed(one, error);
    } finally {
      this.options.timers.clearTimeout(timer);
      this.busy--;
      this.fill();
    }
  }

  private failed(one: Job<T>, error: unknown) {
    const { job, tries: attempts } = one;
    if (attempts >= this.options.attempts) {
      const letter = { job, error, attempts };
      this.letters = [...this.letters, letter];
      this.inform(() => this.options.onDead(letter));
    } else if (!this.running) {
      this.queue.putBack(job);
    } else {
      const delay = retryDelay(attempts, this.options);
      const timer = this.options.timers.setTimeout(() => {
        this.sleepers.delete(one);
        this.again.push(one);
        this.fill();
      }, delay);
      this.sleepers.set(one, timer);
      this.inform(() => this.options.onRetry({ job, error, attempts, delay }));
    }
  }

  private inform(call: () => unknown) {
    new Promise((resolve) => resolve(call())).catch((error) => console.error(error));
  }
}

export const Worker = AsyncWorker as WorkerClass;
