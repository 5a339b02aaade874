import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bus, BusEvent } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { ann } from "./desk.ts";

test("step 1 · a listener hears the events of its name, with the data and the event", () => {
  const [bus, other] = [new EventBus(), new EventBus()];
  const calls: unknown[][] = [];
  bus.subscribe("user.registered", (...call) => calls.push(call));
  bus.emit("order.created", { orderId: 15 });
  other.emit("user.registered", ann);
  const event = bus.emit("user.registered", ann);
  assert.deepEqual({ "emit returns": typeof event }, { "emit returns": "object" });
  const call = "what the listener is called with";
  assert.deepEqual({ [call]: calls }, { [call]: [[ann, event]] });

  // More names than most memories of who hears them can hold, and many listeners of each.
  const branches = new EventBus();
  let listenersCalled = 0;
  for (let at = 0; at < 2_000; at++) branches.emit(`branch.${at}`, {});
  for (let at = 0; at < 2_000; at++) {
    const hear = () => (listenersCalled += 1);
    branches.subscribe(`branch.${at % 10}`, hear);
  }
  for (let at = 0; at < 10; at++) branches.emit(`branch.${at}`, {});
  assert.deepEqual({ listenersCalled }, { listenersCalled: 2_000 });
});

test("step 1 · `emit` returns a frozen event with an id of its own, name, data and time", async () => {
  const [kyiv, lviv] = [await busOfAnotherProcess(1), await busOfAnotherProcess(2)];
  const before = Date.now();
  const events = Array.from({ length: 2_000 }, (_, at) =>
    (at % 2 ? lviv : kyiv).emit("user.registered", ann),
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
  assert.deepEqual({ differentIds }, { differentIds: 2_000 });
});

/** A bus of code that is loaded anew, as another process does it. */
async function busOfAnotherProcess(number: number): Promise<Bus> {
  const file = import.meta.resolve("#lesson/01-event-bus/event-bus.ts");
  const loaded: { EventBus: typeof EventBus } = await import(`${file}?process=${number}`);
  return new loaded.EventBus();
}

anyDay(1, "order", "time", "deliver", "apart");
