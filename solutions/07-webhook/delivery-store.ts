import { type BusEvent, createEvent } from "#bus/contract";
import {
  DeliveryFile,
  type StoreOptions,
} from "#given/07-webhook/given/delivery-file.ts";
import type { OrderEvent } from "#given/07-webhook/given/order-events.ts";

/** The name of a line that says: what this delivery brought has been handled. */
const HANDLED = "delivery.handled";

/** Keeps deliveries in a file, and knows which of them wait to be handled, also after a restart. */
export class DeliveryStore {
  readonly #file: DeliveryFile;
  /** By id: settles when it is known whether the delivery could be stored. */
  readonly #known = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, OrderEvent>();

  private constructor(file: DeliveryFile) {
    this.#file = file;
  }

  /** Makes a store that knows what the file holds. Without a file, it knows nothing. */
  static async open(path: string, options: StoreOptions = {}): Promise<DeliveryStore> {
    const file = new DeliveryFile(path, options);
    const store = new DeliveryStore(file);
    for await (const event of file.read()) store.#recall(event);
    return store;
  }

  /**
   * Stores the event of a delivery. Resolves when the disk has it: with true, or with false if an
   * event of this id is stored already. If it cannot be stored, it rejects, and the id counts as
   * unknown again.
   */
  async add(event: OrderEvent): Promise<boolean> {
    const known = this.#known.get(event.id);
    if (known) {
      // The other one may still be on its way to the disk: only then is it safe to say so.
      await known;
      return false;
    }
    const stored = this.#file.write(event);
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
   * Notes that an event has been handled: it waits no more, and its id stays known. Resolves when
   * the disk has the note. If it rejects, the event may be handled again after a restart.
   */
  async handled(id: string): Promise<void> {
    this.#waiting.delete(id);
    await this.#file.write(createEvent(HANDLED, { id }));
  }

  /** What is stored and not handled, first stored first. */
  get waiting(): readonly OrderEvent[] {
    return [...this.#waiting.values()];
  }

  /** Finishes what is being written and lets go of the file. */
  close(): Promise<void> {
    return this.#file.close();
  }

  /** Takes in one line of the file: a delivery, or the note that one has been handled. */
  #recall(event: BusEvent): void {
    if (event.name === HANDLED) {
      const note = event.data as { id: string } | null;
      if (note) this.#waiting.delete(note.id);
    } else if (!this.#known.has(event.id)) {
      this.#known.set(event.id, Promise.resolve());
      this.#waiting.set(event.id, event as OrderEvent);
    }
  }
}
