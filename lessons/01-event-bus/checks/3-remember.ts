import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Bus } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { ann, settled, shopBus } from "./desk.ts";

test("step 3 · the history holds every emitted event, heard or not, oldest first", () => {
  const bus = shopBus();
  bus.subscribe("order.created", () => {});
  bus.emit("user.registered", ann);
  bus.emit("order.created", { orderId: 15 });
  const names = bus.history.map(({ name }) => name);
  assert.deepEqual({ names }, { names: ["user.registered", "order.created"] });
  for (let more = 0; more < 12_000; more++) bus.emit("order.created", { orderId: more });
  assert.deepEqual({ events: bus.history.length }, { events: 12_002 });
});

test("step 3 · `historyLimit` keeps the newest events and lets go of the others", async () => {
  for (const historyLimit of [0, 10]) {
    const bus = new EventBus({ historyLimit });
    const old = await oldIn(bus);
    const gone = { events: "gone", "ended listeners": "gone" };
    assert.deepEqual(
      { historyLimit, kept: bus.history.length, ...old },
      { historyLimit, kept: historyLimit, ...gone },
    );
  }
});

/** Whether 1,000 events and listeners are still in memory after as many more. */
async function oldIn(bus: Bus) {
  let heard = 0;
  bus.subscribe("order.created", async () => {
    heard += 1;
  });
  const events: WeakRef<object>[] = [];
  const listeners: WeakRef<object>[] = [];
  for (let orderId = 0; orderId < 2_000; orderId++) {
    const order = { orderId };
    const ended = () => orderId;
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
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  // The engine may be slow to let go of a few.
  const look = (all: WeakRef<object>[]) =>
    all.filter((one) => one.deref()).length < 100 ? "gone" : "in memory";
  const found = { events: look(events), "ended listeners": look(listeners) };
  bus.emit("order.created", {});
  // Asked after the count, so that nobody lets go of the bus before it.
  assert.deepEqual({ heard }, { heard: 1_001 });
  return found;
}

anyDay(3, "early", "notAdded", "unchanged");
