import {
  type AnyEvents,
  type AnyListener,
  type Bus,
  type BusEvent,
  type Listener,
  type PatternOf,
  reportError,
  type StoringBus,
  type Unsubscribe,
} from "#bus/contract";
import type { DeadLetter, ListenerJob, QueuedBusOptions } from "#bus/queue-contract";
import { WrappingBus } from "#bus/wrapping-bus";
import { todo } from "#todo";
import { EventQueue } from "./event-queue.ts";
import { Worker } from "./worker.ts";

/**
 * Puts a queue between a bus and its listeners. `emit` returns before any of them has been
 * called; a worker calls them, and tries again where one fails.
 */
export class QueuedBus<Events extends object = AnyEvents>
  extends WrappingBus<Events>
  implements StoringBus<Events>
{
  readonly #queue = new EventQueue<ListenerJob>();
  readonly #worker: Worker<ListenerJob>;
  // Your fields go here: how does unsubscribe find what subscribe has set up?

  /** @throws RangeError if a number among the options makes no sense */
  constructor(bus: Bus<Events>, options: QueuedBusOptions = {}) {
    const { onError = reportError, ...workerOptions } = options;
    super(bus);
    this.#worker = new Worker(
      this.#queue,
      (job) => todo(8, "call the listener of the job with the data and the event"),
      {
        ...workerOptions,
        onDead: ({ job, error }) => todo(8, "tell onError what failed for the last time"),
      },
    ).start();
  }

  override subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): Unsubscribe {
    return todo(8, "subscribe a stand-in that puts a job into the queue");
  }

  /** Ends the subscription. What was emitted before still reaches the listener. */
  override unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): boolean {
    return todo(8, "unsubscribe the stand-in of this listener");
  }

  /**
   * Resolves when every listener has handled every event, or was given up. If the bus behind this
   * one stores events, they are stored too, and its failure to do so is the failure of this.
   */
  flush(): Promise<void> {
    return todo(8, "wait for a bus that stores, then for the worker");
  }

  /** How many events wait for a listener; those that wait for a retry do not count. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** What was given up, oldest first. */
  get deadLetters(): readonly DeadLetter<ListenerJob>[] {
    return this.#worker.deadLetters;
  }

  /** Has a dead letter tried again, by its listener alone; returns whether it was one. */
  putBack(letter: DeadLetter<ListenerJob>): boolean {
    return this.#worker.putBack(letter);
  }

  /** Lets the worker take events again after a stop. */
  start(): void {
    this.#worker.start();
  }

  /** Finishes what is in hand; everything else waits in the queue until `start`. */
  stop(): Promise<void> {
    return this.#worker.stop();
  }
}

function isStoring<Events extends object>(bus: Bus<Events>): bus is StoringBus<Events> {
  return "flush" in bus && typeof bus.flush === "function";
}
