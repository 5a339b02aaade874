import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";

test("step 2 · an event that a listener emits is heard before the first one goes on", () => {
  const bus = new EventBus<{ "order.created": { orderId: number } }>();
  const calls: number[] = [];
  bus.subscribe("order.created", ({ orderId }) => {
    if (orderId < 500) bus.emit("order.created", { orderId: orderId + 1 });
  });
  bus.subscribe("order.created", ({ orderId }) => calls.push(orderId));
  bus.emit("order.created", { orderId: 1 });
  assert.deepEqual(
    calls,
    Array.from({ length: 500 }, (_, at) => 500 - at),
  );
});

anyDay(2, "end", "underWay", "unsubscribe", "once");
