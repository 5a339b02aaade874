import {
  type BusClass,
  type BusEvent,
  type BusOptions,
  createEvent,
} from "#bus/contract";
import { matches } from "./wildcards.ts";

/** What somebody writes who follows the steps one by one: a list, and a loop over it. */
class PlainBus {
  subscriptions: { pattern: string; listener: Function }[] = [];
  events: BusEvent[] = [];
  options: BusOptions;

  constructor(options: BusOptions = {}) {
    const limit = options.historyLimit;
    if (limit !== undefined && limit !== Infinity) {
      if (!Number.isInteger(limit) || limit < 0) {
        throw new TypeError("historyLimit must be a whole number of 0 or more");
      }
    }
    this.options = options;
  }

  subscribe(pattern: string, listener: Function) {
    if (!pattern || typeof pattern !== "string") {
      throw new TypeError("pattern must be a string");
    }
    if (typeof listener !== "function") {
      throw new TypeError("listener must be a function");
    }
    let subscription = this.subscriptions.find(
      (s) => s.pattern === pattern && s.listener === listener,
    );
    if (!subscription) {
      subscription = { pattern, listener };
      this.subscriptions.push(subscription);
    }
    return () => this.remove(this.subscriptions.indexOf(subscription));
  }

  unsubscribe(pattern: string, listener: Function) {
    return this.remove(
      this.subscriptions.findIndex(
        (s) => s.pattern === pattern && s.listener === listener,
      ),
    );
  }

  remove(index: number) {
    if (index === -1) return false;
    this.subscriptions.splice(index, 1);
    return true;
  }

  emit(name: string, data: unknown) {
    const event = createEvent(
      name,
      data,
      this.options.clock ? this.options.clock() : Date.now(),
    );
    this.events.push(event);
    const limit = this.options.historyLimit;
    while (limit !== undefined && this.events.length > limit) this.events.shift();
    this.deliver(event);
    return event;
  }

  deliver(event: BusEvent) {
    for (const { pattern, listener } of [...this.subscriptions]) {
      if (!matches(pattern, event.name)) continue;
      const call = async () => listener(event.data, event);
      call().catch((error) => this.report(error, event, pattern));
    }
  }

  async report(error: unknown, event: BusEvent, pattern: string) {
    try {
      if (this.options.onError) await this.options.onError(error, event, pattern);
      else console.error(error, event.name, pattern);
    } catch (failure) {
      console.error("onError failed:", failure);
    }
  }

  get history() {
    return this.events.slice();
  }
}

export const EventBus = PlainBus as BusClass;
