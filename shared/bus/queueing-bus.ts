import type { AnyListener, Bus, Unsubscribe } from "#bus/contract";
import type { DeadLetter, ListenerJob, Queue, QueueWorker } from "#bus/queue-contract";
import { WrappingBus } from "#bus/wrapping-bus";

/** A listener of a queued bus, and the function that ends the subscription of its stand-in. */
export interface Subscription {
  pattern: string;
  listener: AnyListener;
  leave: Unsubscribe;
}

/** A bus that hands on to its queue and its worker what is only theirs. */
export abstract class QueueingBus extends WrappingBus {
  protected readonly queue: Queue<ListenerJob>;
  protected readonly worker: QueueWorker<ListenerJob>;

  constructor(bus: Bus, queue: Queue<ListenerJob>, worker: QueueWorker<ListenerJob>) {
    super(bus);
    this.queue = queue;
    this.worker = worker.start();
  }

  get waiting(): number {
    return this.queue.size;
  }

  get deadLetters(): readonly DeadLetter<ListenerJob>[] {
    return this.worker.deadLetters;
  }

  putBack(letter: DeadLetter<ListenerJob>): boolean {
    return this.worker.putBack(letter);
  }

  start(): void {
    this.worker.start();
  }

  stop(): Promise<void> {
    return this.worker.stop();
  }

  /** Resolves when the bus behind this one has stored its events, if it stores any. */
  protected async flushBehind(): Promise<void> {
    if ("flush" in this.bus && typeof this.bus.flush === "function")
      await this.bus.flush();
  }
}

/** @throws TypeError if the listener is not a function */
export function requireFunction(pattern: string, listener: unknown): void {
  if (typeof listener !== "function") {
    throw new TypeError(
      `The listener of "${pattern}" must be a function; got ${typeof listener}.`,
    );
  }
}
