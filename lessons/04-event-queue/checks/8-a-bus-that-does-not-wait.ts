import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { BusEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { type QueuedBusOptions, TimeLimitExceeded } from "#bus/queue-contract";
import { QueuedBus } from "#lesson/04-event-queue/queued-bus.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { fail, quiet, serverDown, stateOf } from "./desk.ts";

interface ShopEvents {
  "order.created": { orderId: number };
  "order.paid": { orderId: number };
}

function queuedShop(options: QueuedBusOptions = {}) {
  return new QueuedBus(new EventBus<ShopEvents>(), { onError: () => {}, ...options });
}

test("step 8 · `emit` returns before any listener is called", async () => {
  const bus = queuedShop();
  const log: string[] = [];
  bus.subscribe("order.created", () => log.push("email sent"));
  bus.emit("order.created", { orderId: 15 });
  log.push("emit has returned");
  await bus.flush();
  assert.deepEqual(log, ["emit has returned", "email sent"]);
});

test("step 8 · a listener is called with data and event, for all that matches its pattern", async () => {
  const bus = queuedShop();
  const calls: unknown[][] = [];
  bus.subscribe("order.*", (...call) => calls.push(["analytics", ...call]));
  bus.subscribe("order.paid", (...call) => calls.push(["sms", ...call]));
  const created = bus.emit("order.created", { orderId: 15 });
  const paid = { ...created, name: "order.paid" as const, replayed: true as const };
  bus.deliver(paid);
  await bus.flush();
  assert.deepEqual(calls, [
    ["analytics", created.data, created],
    ["analytics", paid.data, paid],
    ["sms", paid.data, paid],
  ]);
  assert.equal(calls[1]?.[2], paid);
});

test("step 8 · a retry calls only the listener that failed", async () => {
  const time = new SimulatedTime();
  const log: string[] = [];
  const bus = queuedShop({
    timers: time,
    firstDelay: 1_000,
    maxDelay: 1_500,
    random: () => 0,
    onRetry: ({ delay }) => log.push(`again in ${delay} ms`),
  });
  let failures = 0;
  bus.subscribe("order.created", async () => {
    if (failures++ < 2) throw serverDown;
    log.push("email sent");
  });
  bus.subscribe("order.created", () => log.push("order counted"));
  bus.emit("order.created", { orderId: 15 });
  await time.passUntil(bus.flush());
  assert.deepEqual(log, [
    ...["again in 1000 ms", "order counted", "again in 1500 ms", "email sent"],
  ]);
});

test("step 8 · a listener that fails for good costs a dead letter and a call of `onError`", async (t) => {
  const time = new SimulatedTime();
  const told: unknown[][] = [];
  const bus = queuedShop({
    ...{ attempts: 2, concurrency: 2, timeLimit: 1_000, timers: time },
    onError: (...call) => told.push(call),
  });
  let broken = true;
  let sent = 0;
  let counted = 0;
  const listener = () => (broken ? new Promise(() => {}) : sent++);
  bus.subscribe("order.*", listener);
  bus.subscribe("order.created", () => counted++);
  const event = bus.emit("order.created", { orderId: 15 });
  await quiet();
  assert.deepEqual(
    { "counted by the second hand": counted },
    { "counted by the second hand": 1 },
  );
  await time.passUntil(bus.flush());
  const [letter] = bus.deadLetters;
  assert.ok(letter?.error instanceof TimeLimitExceeded);
  assert.deepEqual(told, [[letter.error, event, "order.*"]]);
  assert.deepEqual(
    {
      event: letter?.job.event,
      pattern: letter?.job.pattern,
      listener: letter?.job.listener,
      attempts: letter?.attempts,
    },
    { event, pattern: "order.*", listener, attempts: 2 },
  );
  broken = false;
  if (letter) bus.putBack(letter);
  await time.passUntil(bus.flush());
  assert.deepEqual({ sent, counted }, { sent: 1, counted: 1 });
  await survivesOnError(t);
});

async function survivesOnError(t: TestContext): Promise<void> {
  const printed = t.mock.method(console, "error", () => {});
  const rejects = () => Promise.reject(serverDown);
  for (const onError of [undefined, fail, rejects]) {
    const bus = new QueuedBus(new EventBus(), {
      attempts: 1,
      ...(onError && { onError }),
    });
    bus.subscribe("#", fail);
    bus.emit("order.created", {});
    await bus.flush();
    await quiet();
  }
  assert.deepEqual({ printed: printed.mock.callCount() }, { printed: 3 });
}

test("step 8 · `unsubscribe` ends a subscription, but what was emitted before is still heard", async () => {
  const time = new SimulatedTime();
  const bus = queuedShop({ timers: time });
  const heard: number[] = [];
  let tries = 0;
  // The first attempt fails, and the next one comes when it has long unsubscribed.
  const listener = ({ orderId }: { orderId: number }) =>
    tries++ === 0 ? fail() : heard.push(orderId);
  bus.subscribe("order.created", listener);
  bus.subscribe("order.paid", listener);
  bus.emit("order.created", { orderId: 1 });
  await quiet();
  const first = bus.unsubscribe("order.created", listener);
  const again = bus.unsubscribe("order.created", listener);
  bus.emit("order.created", { orderId: 2 });
  bus.emit("order.paid", { orderId: 3 });
  await time.passUntil(bus.flush());
  bus.subscribe("order.created", listener);
  bus.emit("order.created", { orderId: 4 });
  await bus.flush();
  assert.deepEqual(
    { first, again, heard },
    { first: true, again: false, heard: [3, 1, 4] },
  );
});

test("step 8 · the same listener under the same pattern counts once, under two patterns twice", async () => {
  const bus = queuedShop();
  const heard: string[] = [];
  const listener = (_data: unknown, event: BusEvent) => heard.push(event.name);
  for (const pattern of ["order.paid", "order.paid"] as const) {
    bus.subscribe(pattern, listener);
  }
  bus.emit("order.paid", { orderId: 1 });
  await bus.flush();
  const once = heard.length;
  bus.subscribe("order.*", listener);
  bus.emit("order.paid", { orderId: 2 });
  await bus.flush();
  assert.deepEqual({ once, andThen: heard.length }, { once: 1, andThen: 3 });
});

test("step 8 · the function that `subscribe` returns ends that subscription and no other", async () => {
  const bus = queuedShop();
  let calls = 0;
  const listener = () => calls++;
  const end = bus.subscribe("order.created", listener);
  const answers = [end(), end()];
  bus.subscribe("order.created", listener);
  const again = bus.subscribe("order.created", listener);
  answers.push(end());
  bus.emit("order.created", { orderId: 1 });
  await bus.flush();
  answers.push(again());
  bus.emit("order.created", { orderId: 2 });
  await bus.flush();
  assert.deepEqual({ answers, calls }, { answers: [true, false, false, true], calls: 1 });
});

test("step 8 · `flush` waits until the bus behind has stored, then for the worker, or rejects", async () => {
  const log: string[] = [];
  class SlowDisk extends EventBus<ShopEvents> {
    async flush() {
      await quiet();
      if (this.history.length > 1) throw new Error("disk full");
      this.emit("order.created", { orderId: 1 });
    }
  }
  const bus = new QueuedBus(new SlowDisk());
  bus.subscribe("order.created", async () => {
    await quiet();
    log.push("handled");
  });
  await bus.flush();
  log.push("flushed");
  bus.emit("order.created", { orderId: 2 });
  const state = await stateOf(bus.flush());
  await quiet();
  assert.deepEqual(
    { log: log.slice(0, 2), state },
    { log: ["handled", "flushed"], state: "Error" },
  );
});
