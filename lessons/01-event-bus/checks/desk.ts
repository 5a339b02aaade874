/** What the checks of this lesson share. */
import assert from "node:assert/strict";
import { collectGarbage } from "#any-day";
import type { Bus, BusEvent, BusOptions } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { matches } from "#lesson/01-event-bus/wildcards.ts";

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

/** Checks that of 1,000 events and listeners none is in memory after as many more, which `hear` hears. */
export async function letsGo(bus: Bus, hear: () => unknown): Promise<void> {
  let heard = 0;
  bus.subscribe("order.created", () => {
    heard += 1;
    return hear();
  });
  const old = {
    events: [] as WeakRef<object>[],
    "ended listeners": [] as WeakRef<object>[],
  };
  for (let orderId = 0; orderId < 2_000; orderId++) {
    const order = { orderId };
    const ended = () => hear();
    if (orderId < 1_000) {
      old.events.push(new WeakRef(order));
      old["ended listeners"].push(new WeakRef(ended));
    }
    const name = orderId % 2 ? "order.created" : `order.${orderId}`;
    const end = bus.subscribe(name, ended);
    if (orderId % 4 < 2) bus.emit(name, order);
    else bus.deliver({ id: `elsewhere-${orderId}`, name, data: order, timestamp: 5 });
    if (orderId % 3) end();
    else bus.unsubscribe(name, ended);
  }
  await settled();
  collectGarbage();
  for (const [what, all] of Object.entries(old)) {
    // The engine may be slow to let go of a few.
    const found = all.filter((one) => one.deref()).length < 100 ? "gone" : "in memory";
    assert.deepEqual({ [`old ${what}`]: found }, { [`old ${what}`]: "gone" });
  }
  // Asked after the count, so that nobody lets go of the bus before it.
  bus.emit("order.created", {});
  assert.deepEqual({ heard }, { heard: 1_001 });
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

/** Holds `matches` against cases of pattern, name and the right answer. */
export function compare(
  ...cases: [pattern: string, name: string, expected: boolean][]
): void {
  for (const [pattern, name, expected] of cases) {
    const what = `"${pattern}" matches "${name}"`;
    assert.deepEqual({ [what]: matches(pattern, name) }, { [what]: expected });
  }
}
