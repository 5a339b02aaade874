import { type BusEvent, createEvent } from "#bus/contract";
import type {
  DeliveryFile,
  StoreOptions,
} from "#given/07-webhook/given/delivery-file.ts";
import type { OrderEvent } from "#given/07-webhook/given/order-events.ts";
import { todo } from "#todo";

/** The name of a line that says: what this delivery brought has been handled. */
const HANDLED = "delivery.handled";

/** Keeps deliveries in a file, and knows which of them wait to be handled, also after a restart. */
export class DeliveryStore {
  readonly #file: DeliveryFile;
  // Your fields go here: which ids are known, and which events wait?

  private constructor(file: DeliveryFile) {
    this.#file = file;
  }

  /** Makes a store that knows what the file holds. Without a file, it knows nothing. */
  static async open(path: string, options: StoreOptions = {}): Promise<DeliveryStore> {
    return todo(5, "make a DeliveryFile and a store, and take in what the file holds");
  }

  /**
   * Stores the event of a delivery. Resolves when the disk has it: with true, or with false if an
   * event of this id is stored already. If it cannot be stored, it rejects, and the id counts as
   * unknown again.
   */
  async add(event: OrderEvent): Promise<boolean> {
    return todo(5, "write the event, unless its id is known; wait for the disk");
  }

  /**
   * Notes that an event has been handled: it waits no more, and its id stays known. Resolves when
   * the disk has the note. If it rejects, the event may be handled again after a restart.
   */
  async handled(id: string): Promise<void> {
    todo(5, "write a line that says so, and let the event wait no more");
  }

  /** What is stored and not handled, first stored first. */
  get waiting(): readonly OrderEvent[] {
    return todo(5, "return what is stored and not handled, first stored first");
  }

  /** Finishes what is being written and lets go of the file. */
  close(): Promise<void> {
    return this.#file.close();
  }

  /** Takes in one line of the file: a delivery, or the note that one has been handled. */
  #recall(event: BusEvent): void {
    todo(5, "know the delivery again; it waits, until a line says that it was handled");
  }
}
