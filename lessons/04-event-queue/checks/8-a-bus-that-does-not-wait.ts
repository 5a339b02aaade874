import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#bus/event-bus";
import { QueuedBus } from "#lesson/04-event-queue/queued-bus.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyBusDay } from "./bus-day.ts";
import { fail } from "./desk.ts";

test("step 8 · `emit` returns before any listener is called", async () => {
  const bus = new QueuedBus(new EventBus());
  const log: string[] = [];
  bus.subscribe("order.created", () => log.push("email sent"));
  bus.emit("order.created", { orderId: 15 });
  log.push("emit has returned");
  await bus.flush();
  assert.deepEqual(log, ["emit has returned", "email sent"]);
});

test("step 8 · a retry calls only the listener that failed", async () => {
  const time = new SimulatedTime();
  const log: string[] = [];
  const bus = new QueuedBus(new EventBus(), { timers: time });
  let failures = 0;
  bus.subscribe("order.*", async () =>
    failures++ < 2 ? fail() : log.push("email sent"),
  );
  bus.subscribe("order.*", () => log.push("order counted"));
  bus.emit("order.created", { orderId: 15 });
  await time.passUntil(bus.flush());
  assert.deepEqual(log, ["order counted", "email sent"]);
});

anyBusDay("called", "gone", "leaves", "once", "ends", "flush");
