import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";
import type { Bus, BusEvent } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { ann } from "./desk.ts";

const file = import.meta.resolve("#lesson/01-event-bus/event-bus.ts");

test("step 1 · a listener hears the events of its name, with the data and the event", () => {
  for (const options of [undefined, {}]) {
    const [bus, other] = [new EventBus(options), new EventBus(options)];
    const calls: unknown[][] = [];
    for (const parameters of [0, 1, 2, 3]) {
      const listener = (...call: unknown[]) => calls.push(call);
      Object.defineProperty(listener, "length", { value: parameters });
      bus.subscribe("user.registered", listener);
    }
    bus.emit("order.created", { orderId: 15 });
    other.emit("user.registered", ann);
    const event = bus.emit("user.registered", ann);
    assert.deepEqual({ "emit returns": typeof event }, { "emit returns": "object" });
    const four = Array(4).fill([ann, event]);
    assert.deepEqual({ "called with": calls }, { "called with": four });
  }

  // Words that the answer uses for something else, names with a number at an end, and more than most memories of who hears what can hold.
  const branches = new EventBus();
  const words = readFileSync(new URL(file), "utf8").match(/\w+/g) ?? [];
  const notHeard = new Set([...words.map((word) => `branch.${word}`), "branch"]);
  const numbers = Array.from({ length: 750 }, (_, at) => 750 - at);
  const crowd = numbers.flatMap((number) => [`shop${number}`, `${number}shop`]);
  let misses = notHeard.size;
  branches.subscribe("shop", (_, { name }) => (misses -= Number(name === "shop")));
  for (const name of [...notHeard, ...crowd]) branches.emit(name, {});
  for (const name of notHeard) {
    branches.subscribe(name, () => notHeard.delete(name));
    branches.emit("shop", {});
  }
  for (const name of [...crowd, ...notHeard]) branches.emit(name, {});
  assert.deepEqual({ notHeard: [...notHeard], misses }, { notHeard: [], misses: 0 });
});

test("step 1 · `emit` returns a frozen event with an id of its own, name, data and time", async () => {
  const [kyiv, lviv] = [await busOfAnotherProcess(1), await busOfAnotherProcess(2)];
  const bus = new EventBus();
  const events: BusEvent[] = [];
  const untimely: BusEvent[] = [];
  const end = Date.now() + 3;
  while (events.length < 2_000 || Date.now() < end) {
    events.push((events.length % 2 ? lviv : kyiv).emit("user.registered", ann));
    const before = Date.now();
    const event = bus.emit("user.registered", ann);
    if (event.timestamp < before || event.timestamp > Date.now()) untimely.push(event);
  }
  const { name, data } = events[0] as BusEvent;
  assert.deepEqual({ name, data }, { name: "user.registered", data: ann });
  assert.deepEqual(
    { frozen: events.every(Object.isFrozen), "time is not Date.now()": untimely },
    { frozen: true, "time is not Date.now()": [] },
  );
  const idsThatAreThereTwice = events.length - new Set(events.map(({ id }) => id)).size;
  assert.deepEqual({ idsThatAreThereTwice }, { idsThatAreThereTwice: 0 });
});

/** A bus of code that is loaded anew, as a process does it that begins at the same time. */
async function busOfAnotherProcess(number: number): Promise<Bus> {
  const clock = mock.method(Date, "now", () => 5);
  const loaded: { EventBus: typeof EventBus } = await import(`${file}?process=${number}`);
  clock.mock.restore();
  return new loaded.EventBus();
}

anyDay(1, "order", "time", "deliver", "apart");
