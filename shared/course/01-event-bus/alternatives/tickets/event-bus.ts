import { inspect } from "node:util";
import type { AnyListener, BusClass, BusEvent, BusOptions } from "#bus/contract";
import { createEvent, reportError } from "#bus/contract";
import { compile } from "./wildcards.ts";

let lastTicket = 0;
/** A subscription: the lower its number, the earlier it came. */
function drawTicket(pattern: string, listener: AnyListener) {
  return { number: ++lastTicket, hears: compile(pattern), pattern, listener };
}

/** A bus in memory: `emit` calls one listener after the other before it returns. */
class PlainBus {
  #tickets = new Map<string, Map<AnyListener, ReturnType<typeof drawTicket>>>();
  /** The history as a ring: when it is full, the next event takes the place of the oldest. */
  #ring: BusEvent[] = [];
  #next = 0;
  #options;

  constructor(options: BusOptions = {}) {
    const { historyLimit = Infinity, onError = reportError, clock } = options;
    const whole = Number.isInteger(historyLimit) || historyLimit === Infinity;
    if (!whole || historyLimit < 0) refuse("historyLimit", historyLimit);
    this.#options = { historyLimit, onError, clock };
  }

  subscribe(pattern: string, listener: AnyListener): () => boolean {
    if (typeof pattern !== "string" || pattern === "") refuse("pattern", pattern);
    if (typeof listener !== "function") refuse("listener", listener);
    const circle = this.#tickets.get(pattern) ?? new Map();
    const ticket = circle.get(listener) ?? drawTicket(pattern, listener);
    this.#tickets.set(pattern, circle.set(listener, ticket));
    return () => circle.get(listener) === ticket && this.unsubscribe(pattern, listener);
  }

  unsubscribe(pattern: string, listener: AnyListener): boolean {
    const circle = this.#tickets.get(pattern);
    const ended = circle?.delete(listener) ?? false;
    if (circle?.size === 0) this.#tickets.delete(pattern);
    return ended;
  }

  emit(name: string, data: unknown): BusEvent {
    const { historyLimit, clock } = this.#options;
    const event = createEvent(name, data, clock?.());
    if (historyLimit > 0) {
      this.#ring[this.#next] = event;
      this.#next = (this.#next + 1) % historyLimit;
    }
    this.deliver(event);
    return event;
  }

  deliver(event: BusEvent): void {
    const present = [...this.#tickets.values()].flatMap((circle) => [...circle.values()]);
    const audience = present.filter(({ hears }) => hears(event.name));
    for (const { pattern, listener } of audience.sort((a, b) => a.number - b.number)) {
      const giveUp = (failure: unknown) => reportError(failure, event, pattern);
      const report = (error: unknown) =>
        attempt(() => this.#options.onError(error, event, pattern), giveUp);
      attempt(() => listener(event.data, event), report);
    }
  }

  get history(): readonly BusEvent[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }

  set history(_) {
    throw new Error("The history cannot be set.");
  }
}

/** Calls at once, tells later; awaits only promises, for whatever is awaited keeps the event in memory. */
async function attempt(call: () => unknown, onFailure: (error: unknown) => unknown) {
  try {
    const result = call() as PromiseLike<unknown> | null | undefined;
    if (typeof result?.then === "function") await result;
  } catch (error) {
    setImmediate(onFailure, error);
  }
}

function refuse(what: string, got: unknown): never {
  throw new TypeError(`This is no ${what} for a bus: ${inspect(got)}.`);
}

/** The plain class, with types for those who use it. Leave this line as it is. */
export const EventBus = PlainBus as BusClass;
