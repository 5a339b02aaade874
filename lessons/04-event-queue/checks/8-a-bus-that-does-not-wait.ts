import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#bus/event-bus";
import { QueuedBus } from "#lesson/04-event-queue/queued-bus.ts";
import { anyBusDay } from "./bus-day.ts";

test("step 8 · `emit` returns before any listener is called", async () => {
  const bus = new QueuedBus(new EventBus());
  let sent = 0;
  bus.subscribe("order.created", () => ++sent);
  for (let orderId = 1; orderId <= 2_000; orderId++)
    bus.emit("order.created", { orderId });
  const before = sent;
  await bus.flush();
  assert.deepEqual({ before, after: sent }, { before: 0, after: 2_000 });
});

anyBusDay("retry", "called", "gone", "leaves", "once", "ends", "flush");
