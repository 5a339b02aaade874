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
  const deepestFirst = Array.from({ length: 500 }, (_, at) => 500 - at);
  assert.deepEqual({ heard: calls }, { heard: deepestFirst });
});

test("step 2 · an event under way is heard by those who were there when it began", () => {
  const bus = new EventBus();
  let calls = 0;
  const ends: (() => boolean)[] = [];
  const leave = () => ends.splice(0, 500).every((end) => end());
  for (let each = 0; each < 600; each++) {
    if (each === 300) bus.subscribe("order.created", leave);
    ends.push(bus.subscribe("order.created", () => ++calls));
  }
  bus.emit("order.created", {});
  assert.deepEqual(
    { "calls when 500 of 600 leave": calls },
    { "calls when 500 of 600 leave": 600 },
  );
  bus.emit("order.created", {});
  assert.deepEqual(
    { "calls of the 100 that stay": calls - 600 },
    { "calls of the 100 that stay": 100 },
  );
});

anyDay(2, "end", "unsubscribe", "once");
