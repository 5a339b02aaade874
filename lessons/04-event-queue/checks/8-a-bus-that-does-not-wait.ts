import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#bus/event-bus";
import { QueuedBus } from "#lesson/04-event-queue/queued-bus.ts";
import { anyBusDay } from "./bus-day.ts";

test("step 8 · `emit` returns before any listener is called", async () => {
  const bus = new QueuedBus(new EventBus());
  const log: string[] = [];
  bus.subscribe("order.created", () => log.push("email sent"));
  bus.emit("order.created", { orderId: 15 });
  log.push("emit has returned");
  await bus.flush();
  assert.deepEqual(log, ["emit has returned", "email sent"]);
});

anyBusDay("retry", "called", "gone", "leaves", "once", "ends", "flush");
