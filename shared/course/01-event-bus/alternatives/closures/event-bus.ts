import {
  type AnyListener,
  type BusClass,
  type BusEvent,
  type BusOptions,
  createEvent,
} from "#bus/contract";
import { matches } from "./wildcards.ts";

type Entry = readonly [pattern: string, listener: AnyListener];

/** A factory whose variables are the state; `new` takes what a function returns. */
function createBus(options: BusOptions = {}) {
  const { historyLimit, clock, onError } = options;
  if (
    historyLimit !== undefined &&
    historyLimit !== Number.POSITIVE_INFINITY &&
    (!Number.isSafeInteger(historyLimit) || historyLimit < 0)
  ) {
    throw new TypeError(`A history of ${historyLimit} events cannot be kept.`);
  }
  let entries: readonly Entry[] = [];
  let history: readonly BusEvent[] = Object.freeze([]);

  const complain = async (error: unknown, event: BusEvent, pattern: string) => {
    const print = (what: unknown) =>
      console.error("%s at %s:", pattern, event.name, what);
    try {
      await (onError ? onError(error, event, pattern) : print(error));
    } catch (failure) {
      print(failure);
    }
  };
  const drop = (entry?: Entry) => {
    const before = entries.length;
    entries = entries.filter((one) => one !== entry);
    return entries.length < before;
  };
  const known = (pattern: string, listener: AnyListener) =>
    entries.find(([p, l]) => p === pattern && l === listener);

  const bus = {
    subscribe(pattern: string, listener: AnyListener) {
      if (typeof pattern !== "string" || !pattern.length)
        throw new TypeError(
          "Subscribing needs the name of an event, or wildcards, as text.",
        );
      if (!(listener instanceof Function))
        throw new TypeError(`Expected a function but got ${typeof listener}.`);
      const entry = known(pattern, listener) ?? ([pattern, listener] as const);
      if (!entries.includes(entry)) entries = [...entries, entry];
      return () => drop(entry);
    },
    unsubscribe: (pattern: string, listener: AnyListener) =>
      drop(known(pattern, listener)),
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
    get history() {
      return history;
    },
  };
  return bus;
}

export const EventBus = createBus as unknown as BusClass;
