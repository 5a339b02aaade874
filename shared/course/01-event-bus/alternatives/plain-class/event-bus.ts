import {
  type AnyEvents,
  type Bus,
  type BusOptions,
  createEvent,
  type EventOf,
  type Listener,
  type NameOf,
  type PatternOf,
} from "#bus/contract";
import { matches } from "./wildcards.ts";

/** What somebody writes who follows the steps one by one: a list, and a loop over it. */
export class EventBus<Events extends object = AnyEvents> implements Bus<Events> {
  subscriptions: { pattern: string; listener: Function }[] = [];
  events: EventOf<Events>[] = [];
  options: BusOptions;

  constructor(options: BusOptions = {}) {
    if (options.historyLimit !== undefined) {
      if (!Number.isInteger(options.historyLimit) || options.historyLimit < 0) {
        throw new TypeError("historyLimit must be a whole number of 0 or more");
      }
    }
    this.options = options;
  }

  subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ) {
    if (!pattern || typeof pattern !== "string") {
      throw new TypeError("pattern must be a string");
    }
    if (typeof listener !== "function") {
      throw new TypeError("listener must be a function");
    }
    if (
      !this.subscriptions.find((s) => s.pattern === pattern && s.listener === listener)
    ) {
      this.subscriptions.push({ pattern, listener });
    }
    return () => this.unsubscribe(pattern, listener);
  }

  unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ) {
    const index = this.subscriptions.findIndex(
      (s) => s.pattern === pattern && s.listener === listener,
    );
    if (index === -1) return false;
    this.subscriptions.splice(index, 1);
    return true;
  }

  emit<Name extends NameOf<Events>>(name: Name, data: Events[Name]) {
    const event = createEvent(
      name,
      data,
      this.options.clock ? this.options.clock() : Date.now(),
    );
    this.events.push(event);
    this.deliver(event);
    return event;
  }

  deliver(event: EventOf<Events>) {
    const report = (error: unknown, pattern: string) => {
      if (this.options.onError) this.options.onError(error, event, pattern);
      else console.error(`${pattern}: ${error}`);
    };
    for (const { pattern, listener } of [...this.subscriptions]) {
      if (!matches(pattern, event.name)) continue;
      try {
        const result = listener(event.data, event);
        if (result instanceof Promise)
          result.catch((error: unknown) => report(error, pattern));
      } catch (error) {
        report(error, pattern);
      }
    }
  }

  get history() {
    const limit = this.options.historyLimit;
    if (limit === undefined) return this.events.slice();
    return limit === 0 ? [] : this.events.slice(-limit);
  }
}
