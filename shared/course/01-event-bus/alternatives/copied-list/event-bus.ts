import {
  type AnyListener,
  type BusClass,
  type BusEvent,
  type BusOptions,
  createEvent,
  type OnError,
  reportError,
} from "#bus/contract";
import { matches } from "./wildcards.ts";

interface Subscription {
  pattern: string;
  listener: AnyListener;
}

/** A bus in memory: `emit` calls one listener after the other before it returns. */
class PlainBus {
  private subs: Subscription[] = [];
  private clock;
  private limit: number;
  private onError: OnError;
  private past: BusEvent[] = [];

  constructor(options: BusOptions = {}) {
    const { clock, onError = reportError, historyLimit = Infinity } = options;
    if (
      historyLimit !== Infinity &&
      (!Number.isInteger(historyLimit) || historyLimit < 0)
    ) {
      throw new TypeError(
        `historyLimit must be a whole number, 0 or more, or Infinity; got ${historyLimit}.`,
      );
    }
    this.clock = clock;
    this.onError = onError;
    this.limit = historyLimit;
  }

  subscribe(pattern: string, listener: AnyListener): () => boolean {
    if (typeof pattern !== "string" || pattern === "") {
      throw new TypeError(
        `A pattern must be a string that is not empty; got ${shown(pattern)}.`,
      );
    }
    if (typeof listener !== "function") {
      throw new TypeError(`A listener must be a function; got ${shown(listener)}.`);
    }
    let sub = this.find(pattern, listener);
    if (!sub) {
      sub = { pattern, listener };
      this.subs.push(sub);
    }
    const mine = sub;
    return () => this.remove(mine);
  }

  unsubscribe(pattern: string, listener: AnyListener): boolean {
    const sub = this.find(pattern, listener);
    return sub !== undefined && this.remove(sub);
  }

  emit(name: string, data: unknown): BusEvent {
    const event = createEvent(name, data, this.clock?.());
    this.past.push(event);
    if (this.past.length > this.limit) this.past.shift();
    this.deliver(event);
    return event;
  }

  deliver(event: BusEvent): void {
    for (const sub of [...this.subs]) {
      if (matches(sub.pattern, event.name)) this.call(sub, event);
    }
  }

  get history(): readonly BusEvent[] {
    return [...this.past];
  }

  /** Calls one listener. Whatever goes wrong, now or later, goes to `failed`. */
  private call({ pattern, listener }: Subscription, event: BusEvent): void {
    guard(
      () => listener(event.data, event),
      (error) => this.failed(error, event, pattern),
    );
  }

  private failed(error: unknown, event: BusEvent, pattern: string): void {
    guard(
      () => this.onError(error, event, pattern),
      (worse) => reportError(worse, event, pattern),
    );
  }

  private find(pattern: string, listener: AnyListener): Subscription | undefined {
    return this.subs.find((s) => s.pattern === pattern && s.listener === listener);
  }

  private remove(sub: Subscription): boolean {
    const index = this.subs.indexOf(sub);
    if (index === -1) return false;
    this.subs.splice(index, 1);
    return true;
  }
}

/** Runs somebody else's code; `failed` hears what it throws or, if it is async, rejects with. */
function guard(run: () => unknown, failed: (error: unknown) => void): void {
  try {
    const result = run();
    if (isThenable(result)) Promise.resolve(result).catch(failed);
  } catch (error) {
    failed(error);
  }
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function isThenable(value: unknown): boolean {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}

/** The plain class, with types for those who use it. Leave this line as it is. */
export const EventBus = PlainBus as BusClass;
