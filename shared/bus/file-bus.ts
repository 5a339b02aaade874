import {
  type AnyEvents,
  type BusEvent,
  type BusOptions,
  describe,
  type EventOf,
  type NameOf,
  type StoringBus,
  safely,
} from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { type PartitionLog, type Place, START } from "#bus/partition-log";
import { WrappingBus } from "#bus/wrapping-bus";

/** Options for a bus over a log. */
export interface FileBusOptions extends BusOptions {
  /** Is called when events cannot be stored, or the log cannot be read. Default: a line on stderr. */
  onFailure?: (error: unknown) => unknown;
}

const reportFailure = (error: unknown): void => {
  console.error(`The log of the bus failed: ${describe(error)}`);
};

/**
 * A bus whose events are in a log on disk. `emit` returns at once; the event is appended, and only
 * what stands in the log is delivered, in the order of the log: what listeners have heard is
 * never lost. Processes that share a log hear each other; then it must be one that several may
 * write to.
 */
export class FileBus<Events extends object = AnyEvents>
  extends WrappingBus<Events>
  implements StoringBus<Events>
{
  readonly #log: PartitionLog;
  readonly #onFailure: (error: unknown) => Promise<void>;
  readonly #pending: BusEvent[] = [];
  #storing: Promise<void> | undefined;
  #place: Place;
  #polling = false;

  /** Hears what is appended to the log from now on; {@link replay} tells what was before. */
  constructor(log: PartitionLog, options: FileBusOptions = {}) {
    const { onFailure = reportFailure, ...busOptions } = options;
    super(
      new EventBus<Events>(busOptions),
      new EventBus<Events>({ ...busOptions, historyLimit: 0 }),
    );
    this.#log = log;
    this.#onFailure = safely("onFailure", onFailure);
    this.#place = log.end();
  }

  /** @throws TypeError if the name is not that of an event, or JSON cannot write the data */
  override emit<Name extends NameOf<Events>>(
    name: Name,
    data: Events[Name],
  ): EventOf<Events, Name> {
    // Throws here, where the mistake is, and not later, when the event is stored among others.
    JSON.stringify(data);
    const event = super.emit(name, data);
    this.#pending.push(event);
    this.#store().catch(this.#onFailure);
    return event;
  }

  /** Events that could not be stored are kept: the next emit or flush tries again. */
  async flush(): Promise<void> {
    do await this.#store();
    while (this.#pending.length > 0);
  }

  /** Delivers what is new in the log, whoever wrote it; returns how many events that were. */
  poll(): number {
    // A listener that polls would hear what comes next before the others have heard this.
    if (this.#polling) return 0;
    this.#polling = true;
    try {
      let count = 0;
      for (;;) {
        const { records, next } = this.#log.read(this.#place, 500);
        this.#place = next;
        for (const { value } of records) this.#deliverStored(value);
        if (records.length === 0) return count;
        count += records.length;
      }
    } finally {
      this.#polling = false;
    }
  }

  /** Tells everything that was delivered so far once more, marked as replayed. */
  replay(): number {
    let place = START;
    for (;;) {
      const left = this.#place.offset - place.offset;
      const { records, next } = this.#log.read(place, Math.min(500, left));
      for (const { value } of records) this.#deliverStored(value, { replayed: true });
      if (records.length === 0) return place.offset;
      place = next;
    }
  }

  #deliverStored(value: unknown, mark: { replayed?: true } = {}): void {
    const event = Object.freeze({ ...(value as BusEvent), ...mark });
    this.deliver(event as EventOf<Events>);
  }

  #store(): Promise<void> {
    this.#storing ??= this.#storePending().finally(() => {
      this.#storing = undefined;
    });
    return this.#storing;
  }

  async #storePending(): Promise<void> {
    // What is emitted in the same breath goes into one write.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const entries = this.#pending.map((event) => ({
        time: event.timestamp,
        value: event,
      }));
      await this.#log.append(entries);
      this.#pending.splice(0, entries.length);
      this.poll();
    }
  }
}
