import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { allGone, ann, oldIn, shopBus } from "./desk.ts";

test("step 3 · the history holds every emitted event, heard or not, oldest first", () => {
  const [bus, other] = [shopBus(), shopBus()];
  other.emit("order.created", { orderId: 14 });
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
    const old = await oldIn(bus, async () => {});
    assert.deepEqual(
      { historyLimit, kept: bus.history.length, ...old },
      { historyLimit, kept: historyLimit, ...allGone },
    );
  }
});

anyDay(3, "early", "notAdded", "unchanged");
