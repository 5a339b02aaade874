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

interface Entry {
  pattern: string;
  listener: unknown;
  leave: Unsubscribe;
}

/** Keeps, for each subscription, the function by which the bus behind it ends it. */
export class QueuedBus<Events extends object = AnyEvents>
  extends WrappingBus<Events>
  implements StoringBus<Events>
{
  private entries: Entry[] = [];
  private readonly jobs = new EventQueue<ListenerJob>();
  private readonly worker: Worker<ListenerJob>;

  constructor(bus: Bus<Events>, options: QueuedBusOptions = {}) {
    super(bus);
    const report = options.onError ?? reportError;
    this.worker = new Worker(
      this.jobs,
      (job) => job.listener(job.event.data, job.event),
      {
        ...options,
        onDead: (letter) => report(letter.error, letter.job.event, letter.job.pattern),
      },
    );
    this.start();
  }

  override subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): Unsubscribe {
    if (!(listener instanceof Function))
      throw new TypeError("The listener is no function.");
    if (!this.find(pattern, listener)) {
      const enqueue = ((_: unknown, event: BusEvent) => {
        this.jobs.tryPut({ event, pattern, listener: listener as AnyListener });
      }) as Listener<Events, Pattern>;
      this.entries.push({
        pattern,
        listener,
        leave: this.bus.subscribe(pattern, enqueue),
      });
    }
    return () => this.unsubscribe(pattern, listener);
  }

  override unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): boolean {
    const entry = this.find(pattern, listener);
    this.entries = this.entries.filter((one) => one !== entry);
    return entry ? entry.leave() : false;
  }

  get waiting() {
    return this.jobs.size;
  }

  get deadLetters(): readonly DeadLetter<ListenerJob>[] {
    return this.worker.deadLetters;
  }

  putBack(letter: DeadLetter<ListenerJob>): boolean {
    return this.worker.putBack(letter);
  }

  async flush(): Promise<void> {
    const behind: Bus<Events> & { flush?: () => Promise<void> } = this.bus;
    await behind.flush?.();
    return this.worker.idle();
  }

  start(): void {
    this.worker.start();
  }

  stop(): Promise<void> {
    return this.worker.stop();
  }

  private find(pattern: string, listener: unknown): Entry | undefined {
    return this.entries.find(
      (one) => one.pattern === pattern && one.listener === listener,
    );
  }
}
