import {
  type AnyListener,
  type BusClass,
  type BusEvent,
  type BusOptions,
  createEvent,
  reportError,
} from "#bus/contract";
import { matches } from "./wildcards.ts";

interface Subscription {
  pattern: string;
  listener: AnyListener;
}

/** How many names the bus remembers a route for, so that memory stays bounded. */
const ROUTE_LIMIT = 1_000;

/** A bus in memory: `emit` calls one listener after the other before it returns. */
class PlainBus {
  /** Replaced and never changed, so that an event under way keeps the list it began with. */
  #subscriptions: readonly Subscription[] = [];
  /** Who hears a name: found at its first event, kept until the subscriptions change. */
  readonly #routes = new Map<string, readonly Subscription[]>();
  #history: BusEvent[] = [];
  #historyLimit;
  #onError;
  #clock;

  constructor(options: BusOptions = {}) {
    const { historyLimit = Infinity, onError = reportError, clock = Date.now } = options;
    if (
      historyLimit !== Infinity &&
      !(Number.isInteger(historyLimit) && historyLimit >= 0)
    ) {
      throw new TypeError(
        `historyLimit must be a whole number of 0 or more; got ${String(historyLimit)}.`,
      );
    }
    this.#historyLimit = historyLimit;
    this.#onError = onError;
    this.#clock = clock;
  }

  subscribe(pattern: string, listener: AnyListener): () => boolean {
    if (typeof pattern !== "string" || pattern === "") {
      throw new TypeError(
        `A pattern is a string such as "order.*"; got ${pattern === "" ? "an empty one" : typeof pattern}.`,
      );
    }
    if (typeof listener !== "function") {
      throw new TypeError(
        `The listener of "${pattern}" must be a function; got ${typeof listener}.`,
      );
    }
    let subscription = this.#find(pattern, listener);
    if (!subscription) {
      subscription = { pattern, listener };
      this.#replace([...this.#subscriptions, subscription]);
    }
    const own = subscription;
    return () => this.#end(own);
  }

  unsubscribe(pattern: string, listener: AnyListener): boolean {
    const subscription = this.#find(pattern, listener);
    return subscription !== undefined && this.#end(subscription);
  }

  emit(name: string, data: unknown): BusEvent {
    const event = createEvent(name, data, this.#clock());
    this.#history.push(event);
    // Dropping one event moves all the others, so drop many, and seldom.
    if (this.#history.length > 2 * this.#historyLimit) this.#history = [...this.history];
    this.deliver(event);
    return event;
  }

  deliver(event: BusEvent): void {
    for (const { pattern, listener } of this.#routeOf(event.name)) {
      try {
        const result = listener(event.data, event);
        if (result instanceof Promise)
          result.catch((error) => this.#fail(error, event, pattern));
      } catch (error) {
        this.#fail(error, event, pattern);
      }
    }
  }

  get history(): readonly BusEvent[] {
    return this.#history.slice(Math.max(0, this.#history.length - this.#historyLimit));
  }

  /** Tells `onError`. Async, so that one `catch` sees it throw and sees it reject. */
  async #fail(error: unknown, event: BusEvent, pattern: string): Promise<void> {
    try {
      await this.#onError(error, event, pattern);
    } catch (failure) {
      reportError(failure, event, "onError");
    }
  }

  #find(pattern: string, listener: AnyListener): Subscription | undefined {
    return this.#subscriptions.find(
      (one) => one.pattern === pattern && one.listener === listener,
    );
  }

  #end(subscription: Subscription): boolean {
    const before = this.#subscriptions;
    this.#replace(before.filter((one) => one !== subscription));
    return this.#subscriptions.length < before.length;
  }

  #replace(subscriptions: readonly Subscription[]): void {
    this.#subscriptions = subscriptions;
    this.#routes.clear();
  }

  #routeOf(name: string): readonly Subscription[] {
    const known = this.#routes.get(name);
    if (known) return known;
    const route = this.#subscriptions.filter(({ pattern }) => matches(pattern, name));
    if (this.#routes.size === ROUTE_LIMIT) this.#routes.clear();
    this.#routes.set(name, route);
    return route;
  }
}

/** The plain class, with types for those who use it. */
export const EventBus = PlainBus as BusClass;
