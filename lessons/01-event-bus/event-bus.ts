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
  type Unsubscribe,
} from "#bus/contract";
import { todo } from "#todo";
import { matches } from "./wildcards.ts";

/** A listener of any kind of event: the type of what the bus keeps. */
type AnyListener = (data: unknown, event: BusEvent) => unknown;

/** A bus in memory: `emit` calls one listener after the other before it returns. */
export class EventBus<Events extends object = AnyEvents> implements Bus<Events> {
  // Your fields go here: what does the bus have to remember?

  /** @throws TypeError if `historyLimit` is not a whole number, 0 or more */
  constructor(options: BusOptions = {}) {
    // Step 7: refuse a historyLimit that cannot be.
    if (options.historyLimit !== undefined)
      todo(3, "keep only the newest historyLimit events");
    if (options.onError) todo(6, "remember onError, and call it when a listener fails");
  }

  subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): Unsubscribe {
    if (!pattern || typeof listener !== "function")
      todo(7, "refuse bad input with a TypeError");
    // Step 2: the same listener under the same pattern counts once.
    return todo(1, "remember the listener, and return a function that unsubscribes it");
  }

  unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): boolean {
    return todo(2, "forget this listener of this pattern; return whether there was one");
  }

  emit<Name extends NameOf<Events>>(
    name: Name,
    data: Events[Name],
  ): EventOf<Events, Name> {
    // Step 3: remember it.
    return todo(1, "create the event with createEvent, deliver it, and return it");
  }

  deliver(event: EventOf<Events>): void {
    // Step 2: those who were there when it began hear it, and nobody else.
    // Step 4: ask `matches` who hears it.
    // Step 6: who fails stops nobody.
    todo(1, "call every listener of this event with (event.data, event)");
  }

  get history(): readonly EventOf<Events>[] {
    return todo(3, "return every event emitted so far, oldest first");
  }
}
