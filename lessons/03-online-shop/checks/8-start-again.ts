import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import {
  ann,
  answerOf,
  cup,
  figuresOf,
  openBus,
  order,
  outbox,
  payment,
  replayed,
  type ShopEvent,
  tea,
  told,
} from "./desk.ts";

test("step 8 · the order service learns every order and payment on the bus, until it is stopped", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus);
  // It costs less than its items, whatever the reason.
  const { bus: past } = openBus();
  past.emit("order.created", { ...order, total: 120_00 });
  past.emit("order.created", { ...order, orderId: 44 });
  past.emit("order.paid", { ...payment, orderId: 44 });
  for (const event of [...past.history].reverse()) bus.deliver(event);
  orders.stop();
  orders.stop();
  assert.deepEqual({ subscriptions: bus.subscriptions }, { subscriptions: 0 });
  bus.emit("order.created", { ...order, orderId: 45 });
  bus.emit("order.paid", payment);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  const answers = [41, 43, 44, 45].map((orderId) =>
    answerOf(() => orders.payOrder(orderId), orderId),
  );
  assert.deepEqual(
    { "payments of 41, 43, 44, 45": answers },
    { "payments of 41, 43, 44, 45": ["accepted", "refused", "refused", "refused"] },
  );
  assert.deepEqual(bus.history.slice(2).map(told), [
    { name: "order.paid", ...payment, total: 120_00 },
  ]);
  assert.deepEqual({ next: orders.createOrder(ann, [tea]) }, { next: 45 });
});

test("step 8 · what is paid stays paid, in whatever order and how often events come", async () => {
  const [created, paid] = [
    createEvent("order.created", order),
    createEvent("order.paid", payment),
  ] as ShopEvent[];
  for (const events of [
    [paid, created],
    [created, paid, created],
    [paid, paid, created],
  ]) {
    const { bus, failures } = openBus();
    const orders = new OrderService(bus);
    for (const event of replayed(events as ShopEvent[])) bus.deliver(event);
    assert.deepEqual({ failures: await failures() }, { failures: [] });
    const answer = answerOf(() => orders.payOrder(41), 41);
    assert.deepEqual({ "second payment": answer }, { "second payment": "refused" });
  }
});

test("step 8 · the next number is above all that an order or a payment has named", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 30 });
  const numbers: number[] = [];
  const take = () => numbers.push(orders.createOrder(ann, [tea]));
  bus.emit("order.created", { ...order, orderId: 9 });
  take();
  bus.emit("order.created", order);
  bus.emit("order.created", { ...order, orderId: 35 });
  take();
  const paid = createEvent("order.paid", { ...payment, orderId: 50 });
  for (const event of replayed([paid])) bus.deliver(event);
  bus.emit("order.paid", payment);
  take();
  take();
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual({ numbers }, { numbers: [30, 42, 51, 52] });
  const answer = answerOf(() => orders.payOrder(9));
  assert.deepEqual(
    { "payment of order 9": answer },
    { "payment of order 9": "accepted" },
  );
});

test("step 8 · two order services on one bus share their orders, and no number", async () => {
  const { bus, failures } = openBus();
  const [counter, website] = [new OrderService(bus), new OrderService(bus)];
  const numbers = [counter, website, counter].map((shop) => shop.createOrder(ann, [tea]));
  counter.payOrder(2);
  const again = answerOf(() => website.payOrder(2), 2);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual({ numbers, again }, { numbers: [1, 2, 3], again: "refused" });
  counter.stop();
  bus.emit("order.created", order);
  const next = website.createOrder(ann, [tea]);
  assert.deepEqual(
    { "next, without the counter": next },
    { "next, without the counter": 42 },
  );
});

test("step 8 · a replayed event sends no message, a new one does", async () => {
  const { bus, failures } = openBus();
  const { senders, counts } = outbox();
  new NotificationService(bus, senders);
  const orders = new OrderService(bus);
  for (const event of dayInTheShop()) bus.deliver(event);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual(counts(), { emails: 0, texts: 0 });
  orders.payOrder(2);
  // It happened before the service was opened, and is news all the same.
  bus.deliver(createEvent("order.created", order, 0));
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual(counts(), { emails: 1, texts: 1 });
});

test("step 8 · replayed events give the figures back", async () => {
  const { bus, failures } = openBus();
  const analytics = new AnalyticsService(bus);
  const orders = new OrderService(bus);
  for (const event of dayInTheShop()) bus.deliver(event);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual(figuresOf(analytics), { orders: 2, payments: 1, revenue: 90_00 });
  orders.payOrder(2);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  const now = { ...figuresOf(analytics) };
  assert.deepEqual(now, { orders: 2, payments: 2, revenue: 125_50 });
});

/** The events of a day, as a file keeps them: order 1 was paid, order 2 was not. */
function dayInTheShop(): ShopEvent[] {
  const { bus } = openBus();
  const orders = new OrderService(bus);
  orders.createOrder(ann, [tea]);
  orders.createOrder(ann, [cup]);
  orders.payOrder(1);
  return replayed(bus.history);
}

anyDay(8);
