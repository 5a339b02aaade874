import assert from "node:assert/strict";
import { test } from "node:test";
import type { BusEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { QueuedBus } from "#lesson/04-event-queue/queued-bus.ts";
import { anyBusDay } from "./bus-day.ts";

test("step 8 · `emit` returns before any listener is called", async () => {
  const bus = new QueuedBus(new EventBus());
  let [sent, early] = [0, 0];
  bus.subscribe("order.created", () => {
    const before = sent;
    bus.emit("email.due", {});
    early += sent - before;
  });
  bus.subscribe("email.due", () => ++sent);
  for (let orderId = 1; orderId <= 2_000; orderId++)
    bus.emit("order.created", { orderId });
  const before = sent;
  await bus.flush();
  assert.deepEqual(
    { "heard before emit returned": before + early, "heard after flush": sent },
    { "heard before emit returned": 0, "heard after flush": 2_000 },
  );
});

test("step 8 · the function that `subscribe` returns ends that subscription and no other", async () => {
  const bus = new QueuedBus(new EventBus());
  const heard: string[] = [];
  const listener = (_data: unknown, { name }: BusEvent) => heard.push(name);
  const ends = [1, 2].map(() => bus.subscribe("order.*", listener));
  bus.unsubscribe("order.*", listener);
  bus.subscribe("order.*", listener);
  for (const end of ends) end();
  bus.emit("order.created", {});
  await bus.flush();
  const isLeft = bus.unsubscribe("order.*", listener);
  assert.deepEqual(
    { "heard by the second subscription": heard, "it ended now": isLeft },
    { "heard by the second subscription": ["order.created"], "it ended now": true },
  );
});

anyBusDay("flush", "retry", "called", "gone", "leaves", "once");
