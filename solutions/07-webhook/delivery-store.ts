import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { AppendFile } from "#bus/append-file";
import { type BusEvent, createEvent } from "#bus/contract";
import { EventLog, readEvents } from "#bus/event-log";
import type { OrderEvent } from "#given/07-webhook/order-events.ts";

/** What a store can be told when it is opened. */
export interface StoreOptions {
  /** How the file is opened. Default: `openAppendFile`. Tests hand in a disk that is full. */
  open?: (path: string) => Promise<AppendFile>;
}

/** A line that says: what these deliveries brought has been handled. */
const HANDLED = "deliveries.handled";

/** So long do notes wait for others, in ms, to share a line and its fsync. */
const GATHERING = 20;

/**
 * Keeps deliveries in a file, a line of JSON each, and knows which of them are still to be handled,
 * also after a restart. It uses the log of lesson 5: those who come while a write is under way
 * share the next one, and its fsync.
 */
export class DeliveryStore {
  readonly #path: string;
  readonly #options: StoreOptions;
  #log: EventLog;
  /** By id: settles when it is known whether the delivery could be stored. */
  readonly #known = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, OrderEvent>();
  /** Handled, and not yet noted in the file. */
  #handled: string[] = [];
  #noting: Promise<void> | undefined;

  private constructor(path: string, options: StoreOptions) {
    this.#path = path;
    this.#options = options;
    this.#log = this.#openLog();
  }

  /**
   * Opens the file, makes it if there is none, and reads what it holds. Half a line at its end, from
   * a process that was killed, is left out.
   *
   * @throws LogError if a line in the middle cannot be read
   */
  static async open(path: string, options: StoreOptions = {}): Promise<DeliveryStore> {
    const store = new DeliveryStore(path, options);
    if (existsSync(path)) {
      for await (const { events } of readEvents(path)) {
        for (const event of events) store.#recall(event);
      }
    }
    return store;
  }

  /**
   * Stores the event of a delivery. Resolves when the disk has it: with true, or with false if a
   * delivery of this id is stored already. If it cannot be stored it rejects, for everybody who waited
   * for it, and the id counts as unknown again, so that a redelivery gets its chance.
   */
  async add(event: OrderEvent): Promise<boolean> {
    const known = this.#known.get(event.id);
    if (known) {
      // The other one may still be on its way to the disk: only then is it safe to say so.
      await known;
      return false;
    }
    const stored = this.#write(event);
    this.#known.set(event.id, stored);
    try {
      await stored;
    } catch (error) {
      this.#known.delete(event.id);
      throw error;
    }
    this.#waiting.set(event.id, event);
    return true;
  }

  /**
   * Takes down that the event of a delivery has been handled, and lets it wait no more. Its id stays
   * known. Resolves when the disk has the note, and rejects if it cannot: then the event is handled
   * again after a restart.
   */
  handled(id: string): Promise<void> {
    this.#waiting.delete(id);
    this.#handled.push(id);
    this.#noting ??= this.#noteHandled();
    return this.#noting;
  }

  /** What is stored and still to be handled, oldest first. */
  get waiting(): readonly OrderEvent[] {
    return [...this.#waiting.values()];
  }

  /** Finishes what is being written and lets go of the file. */
  async close(): Promise<void> {
    await this.#noting;
    await this.#log.close();
  }

  /** Nobody waits for a note as a sender waits for an answer, so it must not hold up the disk. */
  async #noteHandled(): Promise<void> {
    await setTimeout(GATHERING);
    const ids = this.#handled;
    this.#handled = [];
    this.#noting = undefined;
    await this.#write(createEvent(HANDLED, { ids }));
  }

  /** Takes up one line of the file: a delivery, or a note that one has been handled. */
  #recall(event: BusEvent): void {
    if (event.name === HANDLED) {
      for (const id of (event.data as { ids: string[] }).ids) this.#waiting.delete(id);
    } else if (!this.#known.has(event.id)) {
      // The log marks what it reads as replayed, but this is news: nobody has handled it yet.
      const { replayed: _, ...news } = event;
      this.#known.set(event.id, Promise.resolve());
      this.#waiting.set(event.id, Object.freeze(news) as OrderEvent);
    }
  }

  /** Adds a line to the file. Resolves when the disk has it. */
  async #write(event: BusEvent): Promise<void> {
    const log = this.#log;
    try {
      log.append(event);
      await log.flush();
    } catch (error) {
      // A log that failed once stays failed. The disk may have room again: begin a new one.
      if (this.#log === log) {
        this.#log = this.#openLog();
        log.close().catch(() => {});
      }
      throw error;
    }
  }

  #openLog(): EventLog {
    return new EventLog(this.#path, { ...this.#options, fsync: true });
  }
}
