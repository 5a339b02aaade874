import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bus } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { letsGo, settled } from "./desk.ts";

const failing = (message: string) => () => assert.fail(message);

test("step 6 · `emit` does not wait for listeners that are async", async () => {
  const bus = new EventBus();
  const calls: string[] = [];
  bus.subscribe("order.created", async () => {
    calls.push("sending");
    await settled();
    calls.push("email sent");
  });
  bus.subscribe("order.created", () => calls.push("logged"));
  bus.emit("order.created", { orderId: 15 });
  calls.push("emit returned");
  assert.deepEqual(calls, ["sending", "logged", "emit returned"]);
});

test("step 6 · an `onError` may emit and unsubscribe, as anybody may", async () => {
  let calls = 0;
  const listener = () => (calls += 1);
  const reported: string[] = [];
  const bus: Bus = new EventBus({
    onError: (error, event) => {
      reported.push((error as Error).message);
      bus.unsubscribe("order.created", listener);
      bus.subscribe("order.created", () => (calls += 100));
      if (event.name === "order.created") bus.emit("printer.failed", {});
    },
  });
  bus.subscribe("order.created", failing("no paper"));
  bus.subscribe("order.created", listener);
  bus.subscribe("printer.failed", failing("no mail"));
  bus.emit("order.created", { orderId: 15 });
  await settled();
  assert.deepEqual({ calls, reported }, { calls: 1, reported: ["no paper", "no mail"] });
});

test("step 6 · `onError` is called once for each failure, with the error, the event and the pattern", async () => {
  let failures = 0;
  const bus = new EventBus({ historyLimit: 10, onError: () => (failures += 1) });
  await letsGo(bus, () => Promise.reject(new Error("no paper")), true);
  await settled();
  assert.deepEqual({ failures }, { failures: 3_001 });
});

anyDay(6, "stderr", "fails", "whatever", "onErrorFails");
