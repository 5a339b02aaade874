import {
  type AnyEvents,
  type Bus,
  type BusEvent,
  type BusOptions,
  createEvent,
  type EventOf,
} from "#bus/contract";
import { matches } from "./wildcards.ts";

type AnyListener = (data: unknown, event: BusEvent) => unknown;

/** A factory whose variables are the state; the class at the end only gives it its name. */
function createBus(options: BusOptions) {
  const { historyLimit, clock, onError } = options;
  if (
    historyLimit !== undefined &&
    (!Number.isSafeInteger(historyLimit) || historyLimit < 0)
  ) {
    throw new TypeError(`A history of ${historyLimit} events cannot be kept.`);
  }
  let entries: readonly (readonly [pattern: string, listener: AnyListener])[] = [];
  let history: readonly BusEvent[] = Object.freeze([]);

  const complain = (error: unknown, event: BusEvent, pattern: string) =>
    onError
      ? onError(error, event, pattern)
      : console.error("%s failed at %s: %s", pattern, event.name, error);

  const bus = {
    subscribe(pattern: string, listener: AnyListener) {
      if (typeof pattern !== "string" || !pattern.length)
        throw new TypeError(
          "Subscribing needs the name of an event, or wildcards, as text.",
        );
      if (!(listener instanceof Function))
        throw new TypeError(`Expected a function but got ${typeof listener}.`);
      const isKnown = entries.some(([p, l]) => p === pattern && l === listener);
      if (!isKnown) entries = [...entries, [pattern, listener]];
      return () => bus.unsubscribe(pattern, listener);
    },
    unsubscribe(pattern: string, listener: AnyListener) {
      const before = entries.length;
      entries = entries.filter(([p, l]) => !(p === pattern && l === listener));
      return entries.length < before;
    },
    deliver(event: BusEvent) {
      const now = entries;
      now.forEach(async ([pattern, listener]) => {
        if (!matches(pattern, event.name)) return;
        try {
          await listener(event.data, event);
        } catch (error) {
          complain(error, event, pattern);
        }
      });
    },
    emit(name: string, data: unknown) {
      const event = createEvent(name, data, clock?.());
      const all = [...history, event];
      const surplus =
        historyLimit === undefined ? 0 : Math.max(0, all.length - historyLimit);
      history = Object.freeze(all.slice(surplus));
      bus.deliver(event);
      return event;
    },
    history: () => history,
  };
  return bus;
}

export class EventBus<Events extends object = AnyEvents> implements Bus<Events> {
  readonly subscribe: Bus<Events>["subscribe"];
  readonly unsubscribe: Bus<Events>["unsubscribe"];
  readonly emit: Bus<Events>["emit"];
  readonly deliver: Bus<Events>["deliver"];
  readonly #history: () => readonly BusEvent[];

  constructor(options: BusOptions = {}) {
    const bus = createBus(options);
    this.subscribe = bus.subscribe as Bus<Events>["subscribe"];
    this.unsubscribe = bus.unsubscribe as Bus<Events>["unsubscribe"];
    this.emit = bus.emit as unknown as Bus<Events>["emit"];
    this.deliver = bus.deliver;
    this.#history = bus.history;
  }

  get history() {
    return this.#history() as readonly EventOf<Events>[];
  }
}
