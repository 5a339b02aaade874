import {
  type AnyListener,
  type Bus,
  type BusEvent,
  reportError,
  type Unsubscribe,
} from "#bus/contract";
import type { ListenerJob, QueuedBusClass, QueuedBusOptions } from "#bus/queue-contract";
import { QueueingBus, requireFunction, type Subscription } from "#bus/queueing-bus";
import { todo } from "#todo";
import { EventQueue } from "./event-queue.ts";
import { Worker } from "./worker.ts";

class PlainBus extends QueueingBus {
  #subscriptions: readonly Subscription[] = [];

  constructor(bus: Bus, { onError = reportError, ...options }: QueuedBusOptions = {}) {
    const queue = new EventQueue<ListenerJob>();
    const handle = (job: ListenerJob) => todo(8, "call the listener of the job");
    const worker = new Worker(queue, handle, {
      ...options,
      onDead: ({ job, error }) => todo(8, "call onError: the listener failed for good"),
    });
    super(bus, queue, worker);
  }

  override subscribe(pattern: string, listener: AnyListener): Unsubscribe {
    requireFunction(pattern, listener);
    return todo(8, "subscribe a stand-in that puts a job into the queue");
  }

  override unsubscribe(pattern: string, listener: AnyListener): boolean {
    return todo(8, "unsubscribe the stand-in of this listener");
  }

  async flush(): Promise<void> {
    todo(8, "wait for the bus behind, then for the worker");
  }

  #find(pattern: string, listener: AnyListener): Subscription | undefined {
    return this.#subscriptions.find(
      (one) => one.pattern === pattern && one.listener === listener,
    );
  }
}

/** The plain class, with types for those who use it. Leave this line as it is. */
export const QueuedBus = PlainBus as QueuedBusClass;
