import { Worker as Thread } from "node:worker_threads";

/** Why a job failed: the thread that had it in hand has ended. */
export class ThreadDied extends Error {
  override readonly name = "ThreadDied";

  /** @param cause what the thread did not catch, if that was its end */
  constructor(status: number, cause?: unknown) {
    super(`The thread ended with status ${status} while it had a job in hand.`, {
      cause,
    });
  }
}

/** What comes back from a thread: what its handler returned or threw. */
interface Answer {
  failed: boolean;
  value: unknown;
}

interface InHand {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

const entry = new URL("./thread-entry.mjs", import.meta.url);

/** Of this process's options a thread gets those that say which side runs: yours or the reference. */
const conditions = process.execArgv.filter((option) =>
  option.startsWith("--conditions="),
);

/**
 * Runs the function `handle` of a module in threads of its own, one job at a time in each. It
 * starts a thread when all others are busy, so whoever calls it decides how many there are: a
 * worker by its concurrency. A thread that died is replaced when the next job comes.
 */
export class Threads<Job, Result = unknown> {
  readonly #module: URL;
  readonly #all = new Set<Thread>();
  readonly #idle = new Set<Thread>();
  readonly #inHand = new Map<Thread, InHand>();

  /** @param module exports `handle(job)`; jobs and results are data, for they are copied */
  constructor(module: URL) {
    this.#module = module;
  }

  /** How many threads are alive. */
  get size(): number {
    return this.#all.size;
  }

  /**
   * Resolves with what `handle` returns, rejects with what it throws, or with {@link ThreadDied}.
   *
   * @param signal ends the thread when it aborts: what computes without pause hears nothing else
   */
  async run(job: Job, signal?: AbortSignal): Promise<Result> {
    const [idle] = this.#idle;
    const thread = idle ?? this.#start();
    this.#idle.delete(thread);
    const terminate = () => thread.terminate();
    signal?.addEventListener("abort", terminate);
    // A process that waits for an answer stays; one that only has idle threads may end.
    thread.ref();
    try {
      const answer = new Promise<unknown>((resolve, reject) => {
        this.#inHand.set(thread, { resolve, reject });
      });
      thread.postMessage(job);
      return (await answer) as Result;
    } finally {
      this.#inHand.delete(thread);
      signal?.removeEventListener("abort", terminate);
      thread.unref();
      if (this.#all.has(thread)) this.#idle.add(thread);
    }
  }

  /** Ends all threads, whatever they have in hand. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.terminate()));
  }

  #start(): Thread {
    const workerData = { module: this.#module.href };
    const thread = new Thread(entry, { workerData, execArgv: conditions });
    let cause: unknown;
    thread.on("message", ({ failed, value }: Answer) => {
      const job = this.#inHand.get(thread);
      if (failed) job?.reject(value);
      else job?.resolve(value);
    });
    thread.on("error", (error) => {
      cause = error;
    });
    thread.on("exit", (status) => {
      this.#all.delete(thread);
      this.#idle.delete(thread);
      this.#inHand.get(thread)?.reject(new ThreadDied(status, cause));
    });
    this.#all.add(thread);
    return thread;
  }
}
