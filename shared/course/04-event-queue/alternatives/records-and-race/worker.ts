import {
  type DeadLetter,
  type Handler,
  type Queue,
  type RetryOptions,
  TimeLimitExceeded,
  type WorkerClass,
} from "#bus/queue-contract";
import { withDefaults } from "#bus/worker-options";

export function retryDelay(failures: number, options: RetryOptions = {}): number {
  const { firstDelay, maxDelay, random } = withDefaults(options);
  const whole =
    firstDelay === 0 ? 0 : Math.min(maxDelay, firstDelay * 2 ** (failures - 1));
  return whole - (whole / 2) * random();
}

interface Record {
  job: unknown;
  tries: number;
  place: "in hand" | "asleep" | "due";
  timer?: unknown;
}

/** All that the worker holds is one list of records, each of which knows where its job is. */
class RecordingWorker {
  private records: Record[] = [];
  private letters: readonly DeadLetter[] = [];
  private isOn = false;
  private hears = false;
  private readonly changes: (() => void)[] = [];
  private readonly queue: Queue<unknown>;
  private readonly handle: Handler<unknown>;
  private readonly options;

  constructor(queue: Queue<unknown>, handle: Handler<unknown>, options = {}) {
    this.queue = queue;
    this.handle = handle;
    this.options = withDefaults(options, handle);
  }

  get deadLetters(): readonly DeadLetter[] {
    return this.letters;
  }

  start(): this {
    this.isOn = true;
    queueMicrotask(() => this.go());
    return this;
  }

  async stop(): Promise<void> {
    this.isOn = false;
    for (const record of this.records.filter(({ place }) => place !== "in hand")) {
      this.options.timers.clearTimeout(record.timer);
      this.drop(record);
      this.queue.putBack(record.job);
    }
    while (this.inHand() > 0) await this.change();
  }

  async idle(): Promise<void> {
    while (this.records.length + this.queue.size > 0) await this.change();
  }

  putBack(letter: DeadLetter): boolean {
    const isThere = this.letters.includes(letter);
    this.letters = this.letters.filter((one) => one !== letter);
    if (isThere) this.queue.putBack(letter.job);
    return isThere;
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.changes.push(resolve));
  }

  private inHand(): number {
    return this.records.filter(({ place }) => place === "in hand").length;
  }

  private drop(record: Record): void {
    this.records = this.records.filter((one) => one !== record);
  }

  private go(): void {
    while (this.isOn && this.inHand() < this.options.concurrency) {
      let record = this.records.find(({ place }) => place === "due");
      if (!record && this.queue.size === 0) break;
      record ??= { job: this.queue.tryTake(), tries: 0, place: "in hand" };
      this.drop(record);
      this.records.push(record);
      record.place = "in hand";
      void this.try(record);
    }
    if (!this.hears && this.queue.size === 0) {
      this.hears = true;
      void this.queue.ready().then(() => {
        this.hears = false;
        this.go();
      });
    }
    for (const change of this.changes.splice(0)) change();
  }

  private async try(record: Record): Promise<void> {
    const { timers, timeLimit } = this.options;
    const { promise, stop } = limited(timers, timeLimit, (signal) =>
      this.handle(record.job, { number: record.tries + 1, signal }),
    );
    record.tries += 1;
    const result = await promise;
    stop();
    this.drop(record);
    if (result) this.fail(record, result.error);
    this.go();
  }

  private fail({ job, tries: attempts }: Record, error: unknown): void {
    const { onDead, onRetry, timers } = this.options;
    if (attempts === this.options.attempts) {
      const letter = { job, error, attempts };
      this.letters = [...this.letters, letter];
      safely(() => onDead(letter));
    } else if (!this.isOn) {
      this.queue.putBack(job);
    } else {
      const delay = retryDelay(attempts, this.options);
      const record: Record = { job, tries: attempts, place: "asleep" };
      record.timer = timers.setTimeout(() => {
        record.place = "due";
        this.drop(record);
        this.records.push(record);
        this.go();
      }, delay);
      this.records.push(record);
      safely(() => onRetry({ job, error, attempts, delay }));
    }
  }
}

type Options = ReturnType<typeof withDefaults>;

/** Calls the handler; `promise` becomes its failure, if it fails, or if its time is over. */
function limited(
  timers: Options["timers"],
  limit: number,
  call: (signal: AbortSignal) => unknown,
) {
  const controller = new AbortController();
  let timer: unknown;
  const tooLate = new Promise<{ error: unknown }>((resolve) => {
    if (limit === Infinity) return;
    timer = timers.setTimeout(() => {
      const error = new TimeLimitExceeded(limit);
      resolve({ error });
      controller.abort(error);
    }, limit);
  });
  const done = new Promise((resolve) => resolve(call(controller.signal))).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  return {
    promise: Promise.race([tooLate, done]),
    stop: () => timers.clearTimeout(timer),
  };
}

async function safely(call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    console.error("An observer failed:", error);
  }
}

export const Worker = RecordingWorker as WorkerClass;
