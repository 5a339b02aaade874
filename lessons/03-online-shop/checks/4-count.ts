import assert from "node:assert/strict";
import { test } from "node:test";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { anyDay } from "./any-day.ts";
import { figuresOf, openBus, order, payment } from "./desk.ts";

test("step 4 · orders and payments are counted", async () => {
  const { bus, failures } = openBus();
  const analytics = new AnalyticsService(bus);
  for (const orderId of [41, 43, 2 ** 40])
    bus.emit("order.created", { ...order, orderId });
  for (const orderId of [41, 2 ** 40]) bus.emit("order.paid", { ...payment, orderId });
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  const { orders, payments } = analytics.figures;
  assert.deepEqual({ orders, payments }, { orders: 3, payments: 2 });
});

test("step 4 · the revenue is what was paid, not what was ordered", async () => {
  const { bus, failures } = openBus();
  const analytics = new AnalyticsService(bus);
  const revenues: number[] = [];
  const look = () => revenues.push(analytics.figures.revenue);
  const large = 9_007_199_254_740_990 - 122_50;
  look();
  bus.emit("order.created", order);
  look();
  bus.emit("order.paid", { ...payment, total: 120_00 });
  look();
  bus.emit("order.paid", { ...payment, orderId: 43, total: 2_50 });
  look();
  bus.emit("order.paid", { ...payment, orderId: 44, total: large });
  look();
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual({ revenues }, { revenues: [0, 0, 120_00, 122_50, large + 122_50] });
});

test("step 4 · figures that were handed out do not change later", () => {
  const { bus } = openBus();
  const analytics = new AnalyticsService(bus);
  const morning = analytics.figures;
  bus.emit("order.created", order);
  const noon = analytics.figures;
  bus.emit("order.paid", payment);
  assert.deepEqual(
    { morning: figuresOf({ figures: morning }), noon: figuresOf({ figures: noon }) },
    {
      morning: { orders: 0, payments: 0, revenue: 0 },
      noon: { orders: 1, payments: 0, revenue: 0 },
    },
  );
});

test("step 4 · each analytics service counts what it has heard itself", () => {
  const { bus } = openBus();
  const early = new AnalyticsService(bus);
  bus.emit("order.created", order);
  const late = new AnalyticsService(bus);
  const elsewhere = new AnalyticsService(openBus().bus);
  bus.emit("order.paid", payment);
  assert.deepEqual(
    {
      early: figuresOf(early),
      late: figuresOf(late),
      elsewhere: figuresOf(elsewhere),
    },
    {
      early: { orders: 1, payments: 1, revenue: 125_50 },
      late: { orders: 0, payments: 1, revenue: 125_50 },
      elsewhere: { orders: 0, payments: 0, revenue: 0 },
    },
  );
});

anyDay(4);
