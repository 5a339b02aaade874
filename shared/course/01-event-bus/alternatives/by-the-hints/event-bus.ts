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

/** A bus in memory: `emit` calls one listener after the other before it returns. */
class PlainBus {
  #subscriptions: Subscription[] = [];
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
      this.#subscriptions = [...this.#subscriptions, subscription];
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
    if (this.#history.length > this.#historyLimit) this.#history.shift();
    this.deliver(event);
    return event;
  }

  deliver(event: BusEvent): void {
    for (const { pattern, listener } of this.#subscriptions) {
      if (!matches(pattern, event.name)) continue;
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
    return [...this.#history];
  }

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
    this.#subscriptions = before.filter((one) => one !== subscription);
    return this.#subscriptions.length < before.length;
  }
}

/** The plain class, with types for those who use it. */
export const EventBus = PlainBus as BusClass;
