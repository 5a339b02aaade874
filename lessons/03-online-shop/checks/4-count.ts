import assert from "node:assert/strict";
import { test } from "node:test";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { anyDay } from "./any-day.ts";
import { figuresOf, openBus, order, payment } from "./desk.ts";

test("step 4 · orders and payments are counted, and the revenue is what was paid, not what was ordered", () => {
  const { bus } = openBus();
  const analytics = new AnalyticsService(bus);
  assert.deepEqual(figuresOf(analytics), { orders: 0, payments: 0, revenue: 0 });
  for (const orderId of [41, 2 ** 40]) bus.emit("order.created", { ...order, orderId });
  bus.emit("order.paid", { ...payment, total: 120_00 });
  assert.deepEqual(figuresOf(analytics), { orders: 2, payments: 1, revenue: 120_00 });
  const most = { ...payment, orderId: 2 ** 40, total: Number.MAX_SAFE_INTEGER - 120_04 };
  bus.emit("order.paid", most);
  for (const orderId of [1, 2, 3, 4])
    bus.emit("order.paid", { ...payment, orderId, total: 1 });
  const revenue = Number.MAX_SAFE_INTEGER;
  assert.deepEqual(figuresOf(analytics), { orders: 2, payments: 6, revenue });
});

anyDay(4, "handedOut", "own");
