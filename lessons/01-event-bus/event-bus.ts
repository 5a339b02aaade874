import {
  type AnyListener,
  type BusClass,
  type BusEvent,
  type BusOptions,
  createEvent,
} from "#bus/contract";
import { todo } from "#todo";
import { matches } from "./wildcards.ts";

/** A bus in memory: `emit` calls one listener after the other before it returns. */
class PlainBus {
  // Your fields go here: what does the bus have to remember?

  constructor(options: BusOptions = {}) {
    // Step 7: refuse a historyLimit that makes no sense.
    todo(1, "keep the options: clock for now, historyLimit and onError for later");
  }

  subscribe(pattern: string, listener: AnyListener): () => boolean {
    // Step 2: the same listener under the same pattern counts once.
    // Step 7: refuse a pattern or a listener that makes no sense.
    return todo(1, "remember the listener; return a function, which step 2 will write");
  }

  unsubscribe(pattern: string, listener: AnyListener): boolean {
    return todo(2, "forget this listener of this pattern; return whether there was one");
  }

  emit(name: string, data: unknown): BusEvent {
    // Step 3: remember it.
    return todo(1, "create the event with createEvent, deliver it, and return it");
  }

  deliver(event: BusEvent): void {
    // Step 2: those who were there when it began hear it, and nobody else.
    // Step 4: ask `matches` who hears it.
    // Step 6: when a listener fails, the others still hear.
    todo(1, "call every listener of this event with (event.data, event)");
  }

  get history(): readonly BusEvent[] {
    return todo(3, "return every event emitted so far, oldest first");
  }
}

/** The plain class, with types for those who use it. Leave this line as it is. */
export const EventBus = PlainBus as BusClass;
