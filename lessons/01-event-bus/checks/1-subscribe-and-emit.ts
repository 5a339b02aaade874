import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bus, BusEvent } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { ann, notebook, type ShopEvents, shopBus } from "./desk.ts";

test("step 1 · a listener hears the events of its name, with the data and the event", () => {
  const bus = shopBus();
  const calls: unknown[][] = [];
  bus.subscribe("user.registered", (...call) => calls.push(call));
  bus.emit("order.created", { orderId: 15 });
  const event = bus.emit("user.registered", ann);
  assert.deepEqual(
    calls.map(([data]) => data),
    [ann],
  );
  assert.equal(calls[0]?.[0], ann);
  assert.equal(calls[0]?.[1], event);

  const branches = new EventBus();
  const heard: string[] = [];
  const names = Array.from({ length: 3_000 }, (_, at) => `branch.${at}.opened`);
  const some = names.slice(0, 50);
  for (const name of some) {
    branches.subscribe(name, (_data, one) => heard.push(`${name} hears ${one.name}`));
  }
  for (const name of names) branches.emit(name, {});
  assert.deepEqual(
    heard,
    some.map((name) => `${name} hears ${name}`),
  );
  const late = names.filter((_, at) => at % 100 === 50);
  for (const name of late) branches.subscribe(name, () => heard.push(name));
  heard.length = 0;
  for (const name of late) branches.emit(name, {});
  assert.deepEqual(heard, late);
});

test("step 1 · listeners are called in the order in which they subscribed", () => {
  const bus = shopBus();
  const calls: string[] = [];
  const names = ["email-sender", "logger", "analytics"];
  const many = [...names, ...Array.from({ length: 40 }, (_, at) => `branch ${at + 1}`)];
  for (const name of many) bus.subscribe("user.registered", () => calls.push(name));
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, many);
});

test("step 1 · `emit` returns a frozen event with an id of its own, name, data and time", async () => {
  const [kyiv, lviv] = [await busOfAnotherProcess(1), await busOfAnotherProcess(2)];
  const before = Date.now();
  const events = [kyiv, lviv, kyiv].map((bus) => bus.emit("user.registered", ann));
  const after = Date.now();
  const [event] = events;
  assert.deepEqual(
    { name: event?.name, data: event?.data, frozen: Object.isFrozen(event) },
    { name: "user.registered", data: ann, frozen: true },
  );
  assert.deepEqual(
    { differentIds: new Set(events.map(({ id }) => id)).size },
    { differentIds: 3 },
  );
  const isNow = events.every((one) => before <= one.timestamp && one.timestamp <= after);
  assert.deepEqual(
    { "without a clock, the time is Date.now()": isNow },
    {
      "without a clock, the time is Date.now()": true,
    },
  );
});

test("step 1 · the time of an event is the clock's at that moment", () => {
  let now = Date.UTC(2026, 0, 31, 9, 30) + 0.5;
  const bus = shopBus({ clock: () => now });
  const first = bus.emit("user.registered", ann).timestamp;
  now += 60_000;
  const aMinuteLater = bus.emit("user.registered", ann).timestamp;
  assert.deepEqual({ first, aMinuteLater }, { first: now - 60_000, aMinuteLater: now });
});

test("step 1 · `deliver` hands on an existing event, unchanged", () => {
  const bus = shopBus();
  const heard: BusEvent[] = [];
  bus.subscribe("order.created", (_data, event) => heard.push(event));
  const event = Object.freeze({
    id: "from-yesterday",
    name: "order.created" as const,
    data: { orderId: 15 },
    timestamp: 1_000,
    replayed: true as const,
  });
  bus.deliver(event);
  assert.deepEqual(heard, [event]);
  assert.equal(heard[0], event);
  const notFrozen = { ...event };
  bus.deliver(notFrozen);
  assert.equal(heard[1], notFrozen);
  const frozen = {
    event: Object.isFrozen(notFrozen),
    data: Object.isFrozen(notFrozen.data),
  };
  assert.deepEqual(
    { ...notFrozen, frozen },
    { ...event, frozen: { event: false, data: false } },
  );
});

test("step 1 · two buses do not hear each other", () => {
  const [kyiv, lviv] = [shopBus(), shopBus()];
  const { heard, listener } = notebook();
  kyiv.subscribe("order.created", listener);
  lviv.emit("order.created", { orderId: 15 });
  assert.deepEqual(heard, []);
});

/** A bus of code that is loaded anew, as another process does it. */
async function busOfAnotherProcess(number: number): Promise<Bus<ShopEvents>> {
  const file = import.meta.resolve("#lesson/01-event-bus/event-bus.ts");
  const loaded: { EventBus: typeof EventBus } = await import(`${file}?process=${number}`);
  return new loaded.EventBus<ShopEvents>();
}

anyDay(1);
