import {
  type AnyListener,
  type Bus,
  type BusEvent,
  reportError,
  type Unsubscribe,
} from "#bus/contract";
import type { ListenerJob, QueuedBusClass, QueuedBusOptions } from "#bus/queue-contract";
import { QueueingBus, requireFunction, type Subscription } from "#bus/queueing-bus";
import { EventQueue } from "./event-queue.ts";
import { Worker } from "./worker.ts";

class PlainBus extends QueueingBus {
  #subscriptions: readonly Subscription[] = [];

  constructor(bus: Bus, { onError = reportError, ...options }: QueuedBusOptions = {}) {
    const queue = new EventQueue<ListenerJob>();
    const handle = ({ listener, event }: ListenerJob) => listener(event.data, event);
    const worker = new Worker(queue, handle, {
      ...options,
      onDead: ({ job, error }) => onError(error, job.event, job.pattern),
    });
    super(bus, queue, worker);
  }

  override subscribe(pattern: string, listener: AnyListener): Unsubscribe {
    requireFunction(pattern, listener);
    let own = this.#find(pattern, listener);
    if (!own) {
      const standIn = (_data: unknown, event: BusEvent) => {
        this.queue.put({ event, pattern, listener });
      };
      own = { pattern, listener, leave: this.bus.subscribe(pattern, standIn) };
      this.#subscriptions = [...this.#subscriptions, own];
    }
    const subscription = own;
    return () => this.#end(subscription);
  }

  override unsubscribe(pattern: string, listener: AnyListener): boolean {
    const subscription = this.#find(pattern, listener);
    return subscription !== undefined && this.#end(subscription);
  }

  async flush(): Promise<void> {
    await this.flushBehind();
    await this.worker.idle();
  }

  #find(pattern: string, listener: AnyListener): Subscription | undefined {
    return this.#subscriptions.find(
      (one) => one.pattern === pattern && one.listener === listener,
    );
  }

  #end(subscription: Subscription): boolean {
    this.#subscriptions = this.#subscriptions.filter((one) => one !== subscription);
    return subscription.leave();
  }
}

/** The plain class, with types for those who use it. */
export const QueuedBus = PlainBus as QueuedBusClass;
