/** What a bus with a queue must do, so slow and simple that it is plainly right. */
import { type AnyListener, type Bus, reportError, type Unsubscribe } from "#bus/contract";
import type {
  DeadLetter,
  ListenerJob,
  QueuedBusClass,
  QueuedBusOptions,
} from "#bus/queue-contract";
import { QueueingBus } from "#bus/queueing-bus";
import { matches } from "#bus/wildcards";
import { SlowQueue } from "./slow-queue.ts";
import { SlowWorker } from "./slow-worker.ts";

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
