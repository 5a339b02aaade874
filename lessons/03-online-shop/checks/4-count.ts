import assert from "node:assert/strict";
import { test } from "node:test";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { anyDay } from "./any-day.ts";
import { figuresOf, openBus, order, payment } from "./desk.ts";

test("step 4 · orders and payments are counted, and the revenue is what was paid, not what was ordered", () => {
  const { bus } = openBus();
  const analytics = new AnalyticsService(bus);
  assert.deepEqual(figuresOf(analytics), { orders: 0, payments: 0, revenue: 0 });
  for (const orderId of [41, 43]) bus.emit("order.created", { ...order, orderId });
  bus.emit("order.paid", { ...payment, total: 120_00 });
  assert.deepEqual(figuresOf(analytics), { orders: 2, payments: 1, revenue: 120_00 });
});

anyDay(4, "handedOut", "own");
