import {
  type AnyEvents,
  type Bus,
  type BusEvent,
  type BusOptions,
  createEvent,
  type EventOf,
  type Listener,
  type NameOf,
  type PatternOf,
  reportError,
  type Unsubscribe,
} from "#bus/contract";
import { matches } from "./wildcards.ts";

/** A listener of any kind of event. */
type AnyListener = (data: unknown, event: BusEvent) => unknown;

interface Subscription {
  pattern: string;
  listener: AnyListener;
  /** Its place among all subscriptions ever made: listeners are called in this order. */
  order: number;
}

/** The bus remembers the routes of so many names, and no more, so that memory stays bounded. */
const ROUTE_LIMIT = 1_000;

/** A bus in memory: `emit` calls one listener after the other before it returns. */
export class EventBus<Events extends object = AnyEvents> implements Bus<Events> {
  /** By pattern and then by listener, so that the same pair counts once. */
  readonly #subscriptions = new Map<string, Map<unknown, Subscription>>();
  /** Who hears a name. Worked out at its first event, kept until the subscriptions change. */
  readonly #routes = new Map<string, readonly Subscription[]>();
  readonly #options: Required<BusOptions>;
  #history: EventOf<Events>[] = [];
  #subscribed = 0;

  /** @throws TypeError if `historyLimit` is not a whole number, 0 or more */
  constructor(options: BusOptions = {}) {
    const { historyLimit = Infinity, onError = reportError, clock = Date.now } = options;
    if (
      historyLimit !== Infinity &&
      !(Number.isInteger(historyLimit) && historyLimit >= 0)
    ) {
      throw new TypeError(
        `historyLimit must be a whole number, 0 or more; got ${historyLimit}.`,
      );
    }
    this.#options = { historyLimit, onError, clock };
  }

  subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): Unsubscribe {
    if (typeof pattern !== "string" || pattern === "") {
      throw new TypeError(
        `A pattern is a text such as "order.*"; got ${JSON.stringify(pattern)}.`,
      );
    }
    if (typeof listener !== "function") {
      throw new TypeError(
        `The listener of "${pattern}" must be a function; got ${typeof listener}.`,
      );
    }
    const listeners =
      this.#subscriptions.get(pattern) ?? new Map<unknown, Subscription>();
    if (!listeners.has(listener)) {
      const order = this.#subscribed++;
      listeners.set(listener, {
        pattern,
        listener: listener as AnyListener,
        order,
      });
      this.#subscriptions.set(pattern, listeners);
      this.#routes.clear();
    }
    return () => this.unsubscribe(pattern, listener);
  }

  unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): boolean {
    const listeners = this.#subscriptions.get(pattern);
    if (!listeners?.delete(listener)) return false;
    if (listeners.size === 0) this.#subscriptions.delete(pattern);
    this.#routes.clear();
    return true;
  }

  emit<Name extends NameOf<Events>>(
    name: Name,
    data: Events[Name],
  ): EventOf<Events, Name> {
    const event = createEvent(name, data, this.#options.clock());
    this.#remember(event);
    this.deliver(event);
    return event;
  }

  deliver(event: EventOf<Events>): void {
    for (const subscription of this.#routeOf(event.name)) this.#call(subscription, event);
  }

  get history(): readonly EventOf<Events>[] {
    return this.#history.slice(
      Math.max(0, this.#history.length - this.#options.historyLimit),
    );
  }

  #remember(event: EventOf<Events>): void {
    this.#history.push(event);
    // Dropping one event moves all the others, so drop many, and seldom.
    if (this.#history.length > 2 * this.#options.historyLimit)
      this.#history = [...this.history];
  }

  #routeOf(name: string): readonly Subscription[] {
    const known = this.#routes.get(name);
    if (known) return known;
    const route = [...this.#subscriptions]
      .filter(([pattern]) => matches(pattern, name))
      .flatMap(([, listeners]) => [...listeners.values()])
      .sort((one, other) => one.order - other.order);
    if (this.#routes.size === ROUTE_LIMIT) this.#routes.clear();
    this.#routes.set(name, route);
    return route;
  }

  #call({ listener, pattern }: Subscription, event: BusEvent): void {
    const { onError } = this.#options;
    try {
      const result = listener(event.data, event);
      if (isPromise(result)) {
        result.then(undefined, (error: unknown) => onError(error, event, pattern));
      }
    } catch (error) {
      onError(error, event, pattern);
    }
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}
