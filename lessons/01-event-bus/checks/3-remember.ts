import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Bus, BusEvent } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { ann, settled, shopBus } from "./desk.ts";

test("step 3 · the history holds every emitted event, heard or not, oldest first", () => {
  const bus = shopBus();
  bus.subscribe("order.created", () => {});
  const events = [
    bus.emit("user.registered", ann),
    bus.emit("order.created", { orderId: 15 }),
    bus.emit("user.deleted", { userId: 7 }),
  ];
  assert.deepEqual(bus.history, events);
  for (let orderId = 4; orderId <= 12_000; orderId++) {
    events.push(bus.emit("order.created", { orderId }));
  }
  const { history } = bus;
  const same = events.filter((event, at) => history[at] === event).length;
  assert.deepEqual({ events: history.length, same }, { events: 12_000, same: 12_000 });
});

test("step 3 · an event is in the history before its first listener is called", () => {
  const bus = shopBus();
  const seen: string[][] = [];
  bus.subscribe("user.registered", () => seen.push(bus.history.map(({ name }) => name)));
  bus.emit("user.registered", ann);
  assert.deepEqual(seen, [["user.registered"]]);
});

test("step 3 · a delivered event is not added to the history", () => {
  const bus = shopBus();
  const event = bus.emit("order.created", { orderId: 15 });
  bus.deliver(event);
  assert.deepEqual(bus.history, [event]);
});

test("step 3 · nobody outside can change the history", () => {
  const bus = shopBus();
  const event = bus.emit("order.created", { orderId: 15 });
  try {
    (bus.history as BusEvent[]).length = 0;
  } catch {
    // A frozen history refuses the change; that is as good as handing out a copy.
  }
  assert.deepEqual(bus.history, [event]);
});

test("step 3 · `historyLimit` keeps the newest events and lets go of the others", async () => {
  for (const historyLimit of [10, 1_000]) {
    const bus = shopBus({ historyLimit });
    for (let orderId = 1; orderId <= 3_000; orderId++) {
      bus.emit("order.created", { orderId });
      if (orderId % 7 > 0) continue;
      const length = Math.min(orderId, historyLimit);
      const [oldest] = bus.history;
      assert.deepEqual(
        { historyLimit, orderId, oldest: oldest?.data, length: bus.history.length },
        { historyLimit, orderId, oldest: { orderId: orderId - length + 1 }, length },
      );
    }
  }
  const kept = Object.fromEntries(
    [0, 1, 2].map((historyLimit) => {
      const bus = shopBus({ historyLimit });
      for (let orderId = 1; orderId <= 5; orderId++)
        bus.emit("order.created", { orderId });
      return [historyLimit, bus.history.map(({ data }) => Object.values(data)[0])];
    }),
  );
  assert.deepEqual(kept, { 0: [], 1: [5], 2: [4, 5] });
  for (const historyLimit of [0, 2]) {
    const title = `leave the memory with the limit ${historyLimit}`;
    const old = await oldIn(new EventBus({ historyLimit }));
    // The engine may be slow to let go of a few.
    const left = old.map((one) => (one.count < 100 ? one.what : `no ${one.what}`));
    assert.deepEqual({ [title]: left }, { [title]: ["old events", "ended listeners"] });
  }
});

/** How many of 1,000 events' data and listeners are still in memory after as many more. */
async function oldIn(bus: Bus) {
  let heard = 0;
  bus.subscribe("order.created", async () => {
    heard += 1;
  });
  const data: WeakRef<object>[] = [];
  const listeners: WeakRef<object>[] = [];
  for (let orderId = 0; orderId < 2_000; orderId++) {
    const order = { orderId };
    const ended = () => orderId;
    if (orderId < 1_000) data.push(new WeakRef(order));
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
  const inMemory = (all: WeakRef<object>[]) =>
    all.filter((one) => one.deref() !== undefined).length;
  const found = [
    { what: "old events", count: inMemory(data) },
    { what: "ended listeners", count: inMemory(listeners) },
  ];
  bus.emit("order.created", {});
  // Asked after the count, so that nobody lets go of the bus before it.
  assert.deepEqual({ heard }, { heard: 1_001 });
  return found;
}

anyDay(3);
