import assert from "node:assert/strict";
import { test } from "node:test";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import { ann, answerOf, asJson, openBus, order, outbox, payment, tea } from "./desk.ts";

test("step 8 · the order service learns every order and payment on the bus, until it is stopped", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus);
  bus.emit("order.created", order);
  bus.emit("order.created", { ...order, orderId: 42, total: 99_00 });
  bus.emit("order.paid", payment);
  orders.stop();
  orders.stop();
  assert.deepEqual({ subscriptions: bus.subscriptions }, { subscriptions: 0 });
  bus.emit("order.created", { ...order, orderId: 43 });
  const pay = (orderId: number) => answerOf(() => orders.payOrder(orderId));
  assert.deepEqual(
    { "41, paid": pay(41), "42, not paid": pay(42), "43, too late": pay(43) },
    { "41, paid": "refused", "42, not paid": "accepted", "43, too late": "refused" },
  );
  const paid = bus.history.at(-1)?.data;
  assert.deepEqual({ [`${paid?.orderId} for`]: paid?.total }, { "42 for": 99_00 });
});

test("step 8 · the next number is above all that an order or a payment has named", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 30 });
  const next = () => orders.createOrder(ann, [tea]);
  bus.emit("order.created", { ...order, orderId: 9 });
  const numbers: Record<string, number> = { "after order 9": next() };
  bus.emit("order.created", order);
  bus.emit("order.created", { ...order, orderId: 35 });
  numbers["after orders 41 and 35"] = next();
  bus.emit("order.paid", { ...payment, orderId: 50 });
  numbers["after the payment of 50"] = next();
  assert.deepEqual(numbers, {
    "after order 9": 30,
    "after orders 41 and 35": 42,
    "after the payment of 50": 51,
  });
});

test("step 8 · a replayed event sends no message, a new one does", async () => {
  const { bus, settled } = openBus();
  const { senders, counts } = outbox();
  new NotificationService(bus, senders);
  const past = openBus().bus;
  past.emit("order.created", order);
  past.emit("order.paid", payment);
  const replay = async () => {
    for (const event of past.history) bus.deliver(asJson({ ...event, replayed: true }));
    await settled();
  };
  await replay();
  assert.deepEqual(counts(), { emails: 0, texts: 0 });
  const event = bus.emit("order.created", { ...order, orderId: 42 });
  await replay();
  bus.deliver(event);
  await settled();
  assert.deepEqual(counts(), { emails: 1, texts: 0 });
});

anyDay(8, "staysPaid", "shared", "figuresBack");
