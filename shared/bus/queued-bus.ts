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
  /** What stands for each listener on the bus, by pattern and listener. */
  readonly #standIns = new Map<string, Map<unknown, AnyListener>>();

  /** @throws RangeError if a number among the options makes no sense */
  constructor(bus: Bus<Events>, options: QueuedBusOptions = {}) {
    const { onError = reportError, ...workerOptions } = options;
    super(bus);
    this.#worker = new Worker(
      this.#queue,
      ({ listener, event }) => listener(event.data, event),
      {
        ...workerOptions,
        onDead: ({ job, error }) => onError(error, job.event, job.pattern),
      },
    ).start();
  }

  override subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): Unsubscribe {
    if (typeof listener !== "function") {
      throw new TypeError(
        `The listener of "${pattern}" must be a function; got ${typeof listener}.`,
      );
    }
    const standIns = this.#standIns.get(pattern) ?? new Map<unknown, AnyListener>();
    if (!standIns.has(listener)) {
      const standIn = (_data: unknown, event: BusEvent) => {
        this.#queue.put({ event, pattern, listener: listener as AnyListener });
      };
      this.bus.subscribe(pattern, standIn as Listener<Events, Pattern>);
      standIns.set(listener, standIn);
      this.#standIns.set(pattern, standIns);
    }
    return () => this.unsubscribe(pattern, listener);
  }

  /** Ends the subscription. What was emitted before still reaches the listener. */
  override unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): boolean {
    const standIns = this.#standIns.get(pattern);
    const standIn = standIns?.get(listener);
    if (!standIns || !standIn) return false;
    standIns.delete(listener);
    if (standIns.size === 0) this.#standIns.delete(pattern);
    return this.bus.unsubscribe(pattern, standIn as Listener<Events, Pattern>);
  }

  /**
   * Resolves when every listener has handled every event, or was given up. If the bus behind this
   * one stores events, they are stored too, and its failure to do so is the failure of this.
   */
  async flush(): Promise<void> {
    if (isStoring(this.bus)) await this.bus.flush();
    await this.#worker.idle();
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
