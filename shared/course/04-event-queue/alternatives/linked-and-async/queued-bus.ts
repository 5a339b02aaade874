import {
  type AnyListener,
  type Bus,
  type BusEvent,
  reportError,
  type Unsubscribe,
} from "#bus/contract";
import type { ListenerJob, QueuedBusClass, QueuedBusOptions } from "#bus/queue-contract";
import { QueueingBus, requireFunction } from "#bus/queueing-bus";
import { EventQueue } from "./event-queue.ts";
import { Worker } from "./worker.ts";

/** Keeps the function by which the bus behind ends a subscription, by pattern and listener. */
class MappedBus extends QueueingBus {
  private readonly ends = new Map<string, Map<AnyListener, Unsubscribe>>();

  constructor(bus: Bus, options: QueuedBusOptions = {}) {
    const { onError: report = reportError, ...others } = options;
    const jobs = new EventQueue<ListenerJob>();
    const worker = new Worker(
      jobs,
      async (job: ListenerJob) => job.listener(job.event.data, job.event),
      {
        ...others,
        onDead: (letter) => report(letter.error, letter.job.event, letter.job.pattern),
      },
    );
    super(bus, jobs, worker);
  }

  override subscribe(pattern: string, listener: AnyListener): Unsubscribe {
    requireFunction(pattern, listener);
    const ends = this.ends.get(pattern) ?? new Map<AnyListener, Unsubscribe>();
    this.ends.set(pattern, ends);
    const there = ends.get(listener);
    if (there) return there;
    const leave = this.bus.subscribe(pattern, (_: unknown, event: BusEvent) => {
      this.queue.tryPut({ event, pattern, listener });
    });
    const end = () => {
      if (ends.get(listener) === end) ends.delete(listener);
      return leave();
    };
    ends.set(listener, end);
    return end;
  }

  override unsubscribe(pattern: string, listener: AnyListener): boolean {
    return this.ends.get(pattern)?.get(listener)?.() ?? false;
  }

  flush(): Promise<void> {
    return this.flushBehind().then(() => this.worker.idle());
  }
}

export const QueuedBus = MappedBus as QueuedBusClass;
