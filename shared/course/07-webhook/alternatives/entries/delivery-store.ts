// One entry for each id, with all that is known of it.
import { type BusEvent, createEvent } from "#bus/contract";
import {
  DeliveryFile,
  type StoreOptions,
} from "#given/07-webhook/given/delivery-file.ts";
import type { OrderEvent } from "#given/07-webhook/given/order-events.ts";

interface Entry {
  event: OrderEvent;
  state: "on its way" | "waiting" | "handled";
  stored: Promise<boolean>;
}

export class DeliveryStore {
  #entries = new Map<string, Entry>();
  #file: DeliveryFile;

  private constructor(file: DeliveryFile) {
    this.#file = file;
  }

  static async open(path: string, options?: StoreOptions): Promise<DeliveryStore> {
    const store = new DeliveryStore(new DeliveryFile(path, options));
    const events: BusEvent[] = [];
    for await (const event of store.#file.read()) events.push(event);
    const done = new Set(
      events.filter(({ name }) => name === "done").map(({ data }) => data),
    );
    for (const event of events as OrderEvent[]) {
      if (!event.name.startsWith("order.")) continue;
      const state = done.has(event.id) ? "handled" : "waiting";
      store.#entries.set(event.id, { event, state, stored: Promise.resolve(true) });
    }
    return store;
  }

  add(event: OrderEvent): Promise<boolean> {
    const known = this.#entries.get(event.id);
    // Whoever finds that the first one failed tries again.
    if (known)
      return known.stored.then(
        () => false,
        () => this.add(event),
      );
    const entry: Entry = { event, state: "on its way", stored: this.#store(event) };
    this.#entries.set(event.id, entry);
    return entry.stored;
  }

  async handled(id: string): Promise<void> {
    await this.#file.write(createEvent("done", id));
    const entry = this.#entries.get(id);
    if (entry) entry.state = "handled";
  }

  get waiting(): readonly OrderEvent[] {
    return [...this.#entries.values()]
      .filter(({ state }) => state === "waiting")
      .map(({ event }) => event);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #store(event: OrderEvent): Promise<boolean> {
    try {
      await this.#file.write(event);
    } catch (error) {
      this.#entries.delete(event.id);
      throw error;
    }
    const entry = this.#entries.get(event.id);
    if (entry) entry.state = "waiting";
    return true;
  }
}
