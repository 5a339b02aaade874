/** What the checks of this lesson share. */
import assert from "node:assert/strict";
import { collectGarbage } from "#any-day";
import type { Bus, BusEvent, BusOptions } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";

export interface ShopEvents {
  "user.registered": { userId: number; email: string };
  "user.deleted": { userId: number };
  "order.created": { orderId: number };
  "order.item.added": { orderId: number; item: string };
}

export const ann = { userId: 7, email: "ann@example.com" };

export function shopBus(options?: BusOptions) {
  return new EventBus<ShopEvents>(options);
}

/** A listener that writes down the names of the events it hears. */
export function notebook() {
  const heard: string[] = [];
  const listener = (_data: unknown, event: BusEvent) => {
    heard.push(event.name);
  };
  return { heard, listener };
}

/** Lets promises that are already settled reach those who wait for them, now or a little later. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const allGone = { events: "gone", "ended listeners": "gone" };

/** Whether 1,000 events and listeners are still in memory after as many more, which `hear` hears. */
export async function oldIn(bus: Bus, hear: () => unknown) {
  let heard = 0;
  bus.subscribe("order.created", () => {
    heard += 1;
    return hear();
  });
  const events: WeakRef<object>[] = [];
  const listeners: WeakRef<object>[] = [];
  for (let orderId = 0; orderId < 2_000; orderId++) {
    const order = { orderId };
    const ended = () => hear();
    if (orderId < 1_000) events.push(new WeakRef(order));
    if (orderId < 1_000) listeners.push(new WeakRef(ended));
    const name = orderId % 2 ? "order.created" : `order.${orderId}`;
    const end = bus.subscribe(name, ended);
    if (orderId % 4 < 2) bus.emit(name, order);
    else bus.deliver({ id: `elsewhere-${orderId}`, name, data: order, timestamp: 5 });
    if (orderId % 3) end();
    else bus.unsubscribe(name, ended);
  }
  await settled();
  collectGarbage();
  // The engine may be slow to let go of a few.
  const look = (all: WeakRef<object>[]) =>
    all.filter((one) => one.deref()).length < 100 ? "gone" : "in memory";
  const found = { events: look(events), "ended listeners": look(listeners) };
  bus.emit("order.created", {});
  // Asked after the count, so that nobody lets go of the bus before it.
  assert.deepEqual({ heard }, { heard: 1_001 });
  return found;
}

/** The message of the TypeError with which `action` was refused; undefined if it was not. */
export function refusalOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  return undefined;
}

/** Holds a matcher against cases of pattern, name and the right answer; names those that differ. */
export function compare(
  matches: (pattern: string, name: string) => boolean,
  cases: [pattern: string, name: string, expected: boolean][],
): void {
  const named = (answer: (of: (typeof cases)[number]) => unknown) =>
    Object.fromEntries(
      cases
        .filter(([pattern, name, expected]) => matches(pattern, name) !== expected)
        .map((one) => [`"${one[0]}" matches "${one[1]}"`, answer(one)]),
    );
  assert.deepEqual(
    named(([pattern, name]) => matches(pattern, name)),
    named(([, , expected]) => expected),
  );
}
