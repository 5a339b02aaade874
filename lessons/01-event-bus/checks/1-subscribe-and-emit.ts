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
  const call = "what the listener is called with";
  assert.deepEqual({ [call]: calls }, { [call]: [[ann, event]] });
  assert.equal(calls[0]?.[0], ann);
  assert.equal(calls[0]?.[1], event);

  const branches = new EventBus();
  const heard: string[] = [];
  const long = `branch.${"x".repeat(300)}`;
  const names = Array.from({ length: 3_000 }, (_, at) => (at ? `branch.${at}` : long));
  const hear = (name: string) =>
    branches.subscribe(name, (_data, one) => heard.push(`${name} hears ${one.name}`));
  const early = names.slice(0, 50);
  const late = names.filter((_, at) => at % 100 === 50);
  for (const name of early) hear(name);
  for (const name of names) branches.emit(name, {});
  for (const name of late) hear(name);
  for (const name of late) branches.emit(name, {});
  assert.deepEqual(
    heard,
    [...early, ...late].map((name) => `${name} hears ${name}`),
  );
});

test("step 1 · listeners are called in the order in which they subscribed", () => {
  const bus = shopBus();
  const calls: string[] = [];
  const names = ["email-sender", "logger", "analytics"];
  for (const name of names) bus.subscribe("user.registered", () => calls.push(name));
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, names);

  const numbers = Array.from({ length: 1_500 }, (_, at) => at);
  const called: number[] = [];
  for (const at of numbers) bus.subscribe("order.created", () => called.push(at));
  bus.emit("order.created", { orderId: 15 });
  const inOrder = called.every((number, at) => number === at);
  assert.deepEqual({ calls: called.length, inOrder }, { calls: 1_500, inOrder: true });
});

test("step 1 · `emit` returns a frozen event with an id of its own, name, data and time", async () => {
  const [kyiv, lviv] = [await busOfAnotherProcess(1), await busOfAnotherProcess(2)];
  const before = Date.now();
  const events = Array.from({ length: 3_000 }, (_, at) =>
    (at % 3 ? kyiv : lviv).emit("user.registered", ann),
  );
  const after = Date.now();
  const [event] = events;
  assert.deepEqual(
    { name: event?.name, data: event?.data, replayed: event?.replayed },
    { name: "user.registered", data: ann, replayed: undefined },
  );
  const isNow = ({ timestamp }: BusEvent) => before <= timestamp && timestamp <= after;
  assert.deepEqual(
    { frozen: events.every(Object.isFrozen), "time is Date.now()": events.every(isNow) },
    { frozen: true, "time is Date.now()": true },
  );
  const differentIds = new Set(events.map(({ id }) => id)).size;
  assert.deepEqual({ differentIds }, { differentIds: 3_000 });
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
