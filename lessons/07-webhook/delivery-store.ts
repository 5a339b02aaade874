import { existsSync } from "node:fs";
import type { AppendFile } from "#bus/append-file";
import { type BusEvent, createEvent } from "#bus/contract";
import { EventLog, readEvents } from "#bus/event-log";
import type { OrderEvent } from "#given/07-webhook/order-events.ts";
import { todo } from "#todo";

/** What a store can be told when it is opened. */
export interface StoreOptions {
  /** How the file is opened. Default: `openAppendFile`. Tests hand in a disk that is full. */
  open?: (path: string) => Promise<AppendFile>;
}

/** The name of an event that says: what a delivery brought has been handled. */
const HANDLED = "delivery.handled";

/**
 * Keeps deliveries in a file, a line of JSON each, and knows which of them are still to be handled,
 * also after a restart. It uses the log of lesson 5: those who come while a write is under way
 * share the next one, and its fsync.
 */
export class DeliveryStore {
  readonly #path: string;
  readonly #options: StoreOptions;
  #log: EventLog;
  // Your fields go here: which ids are known, and what is still to be handled?

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
    return todo(6, "make a store, and let it read what its file holds");
  }

  /**
   * Stores the event of a delivery. Resolves when the disk has it: with true, or with false if a
   * delivery of this id is stored already. If it cannot be stored it rejects, for everybody who waited
   * for it, and the id counts as unknown again, so that a redelivery gets its chance.
   */
  async add(event: OrderEvent): Promise<boolean> {
    return todo(6, "write the event, unless its id is known; wait for the disk");
  }

  /**
   * Takes down that the event of a delivery has been handled, and lets it wait no more. Its id stays
   * known. Resolves when the disk has the note, and rejects if it cannot: then the event is handled
   * again after a restart.
   */
  async handled(id: string): Promise<void> {
    todo(6, "write a line that says so, and let the event wait no more");
  }

  /** What is stored and still to be handled, oldest first. */
  get waiting(): readonly OrderEvent[] {
    return todo(6, "return what is stored and not handled, oldest first");
  }

  /** Finishes what is being written and lets go of the file. */
  close(): Promise<void> {
    return this.#log.close();
  }

  /** Takes up one line of the file: a delivery, or a note that one has been handled. */
  #recall(event: BusEvent): void {
    todo(6, "know the delivery again; it waits, until a line says that it was handled");
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
