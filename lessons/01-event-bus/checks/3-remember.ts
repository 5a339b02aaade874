import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { ann, letsGo } from "./desk.ts";

test("step 3 · the history holds every emitted event, heard or not, oldest first", () => {
  const bus = new EventBus();
  bus.subscribe("order.created", () => {});
  bus.emit("user.registered", ann);
  bus.emit("order.created", { orderId: 15 });
  const names = Array.from(bus.history, ({ name }) => name);
  assert.deepEqual({ names }, { names: ["user.registered", "order.created"] });
  const limited = new EventBus({ historyLimit: 11_000 });
  for (let more = 0; more < 12_000; more++)
    for (const one of [bus, limited]) one.emit("order.created", { orderId: more });
  const kept = [bus.history.length, limited.history.length];
  assert.deepEqual({ "kept, of 12,002": kept }, { "kept, of 12,002": [12_002, 11_000] });
});

test("step 3 · `historyLimit` keeps the newest events and lets go of the others", async () => {
  for (const historyLimit of [0, 10]) {
    const bus = new EventBus({ historyLimit });
    await letsGo(bus, () => new Promise(() => {}));
    const kept = bus.history.length;
    assert.deepEqual({ historyLimit, kept }, { historyLimit, kept: historyLimit });
  }
});

anyDay(3, "early", "notAdded", "unchanged");
