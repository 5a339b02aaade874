import type { Bus, BusEvent, Listener, PatternOf, Unsubscribe } from "#bus/contract";
import { matches } from "#bus/wildcards";

/** What this uses of a store. */
interface Store {
  handled(id: string): Promise<void>;
}

/**
 * Subscribes workers, and calls `handled` of the store when all of them have finished with an event.
 * If one of them fails, even for the last time, the event is handled again after the next start.
 */
export class Finish<Events extends object> {
  readonly #bus: Bus<Events>;
  readonly #store: Store;
  readonly #patterns: string[] = [];
  /** How many workers are still to finish, by event. */
  readonly #left = new Map<string, number>();

  constructor(bus: Bus<Events>, store: Store) {
    this.#bus = bus;
    this.#store = store;
  }

  /** Like `subscribe` of the bus. Subscribe all workers before the first event comes. */
  subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    work: Listener<Events, Pattern>,
  ): Unsubscribe {
    this.#patterns.push(pattern);
    const listener = async (
      data: Parameters<typeof work>[0],
      event: Parameters<typeof work>[1],
    ) => {
      await work(data, event);
      // A replayed event came without a delivery.
      if (!event.replayed) this.#finished(event);
    };
    return this.#bus.subscribe(pattern, listener as Listener<Events, Pattern>);
  }

  #finished({ id, name }: BusEvent): void {
    const left = (this.#left.get(id) ?? this.#workersOf(name)) - 1;
    if (left > 0) {
      this.#left.set(id, left);
    } else {
      this.#left.delete(id);
      this.#store.handled(id).catch(console.error);
    }
  }

  #workersOf(name: string): number {
    return this.#patterns.filter((pattern) => matches(pattern, name)).length;
  }
}
