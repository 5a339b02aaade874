import assert from "node:assert/strict";
import { test } from "node:test";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderError, OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import { ann, answerOf, asJson, openBus, order, outbox, payment, tea } from "./desk.ts";

test("step 8 · the order service learns every order and payment on the bus, until it is stopped", () => {
  const { bus } = openBus();
  const [orders, other] = [new OrderService(bus), new OrderService(bus)];
  other.stop();
  other.stop();
  bus.emit("order.created", order);
  bus.emit("order.created", { ...order, orderId: 42, total: 99_00 });
  bus.emit("order.paid", payment);
  orders.stop();
  assert.deepEqual({ subscriptions: bus.subscriptions }, { subscriptions: 0 });
  new OrderService(bus);
  bus.emit("order.created", { ...order, orderId: 50 });
  const pay = (orderId: number) =>
    answerOf(OrderError, () => void orders.payOrder(orderId));
  const answers = {
    "41, paid": pay(41),
    "50, heard too late": pay(50),
    "its own, after that": pay(orders.createOrder(ann, [tea])),
    "its own again": pay(43),
    "42, not paid": pay(42),
  };
  assert.deepEqual(answers, {
    "41, paid": "refused",
    "50, heard too late": "refused",
    "its own, after that": "accepted",
    "its own again": "refused",
    "42, not paid": "accepted",
  });
  const paid = bus.history.at(-1)?.data;
  assert.deepEqual({ [`${paid?.orderId} for`]: paid?.total }, { "42 for": 99_00 });
});

test("step 8 · a replayed event sends no message, a new one does", async () => {
  const { bus, settled } = openBus();
  const { senders, counts } = outbox();
  new NotificationService(bus, senders);
  const past = openBus().bus;
  past.emit("order.created", order);
  past.emit("order.paid", payment);
  const replay = async () => {
    const young = { replayed: true as const, timestamp: Date.now() };
    for (const event of past.history) bus.deliver(asJson({ ...event, ...young }));
    await settled();
  };
  await replay();
  assert.deepEqual(counts(), { emails: 0, texts: 0 });
  const event = bus.emit("order.created", { ...order, orderId: 42 });
  bus.deliver({ ...event, replayed: true });
  await replay();
  bus.deliver(event);
  await settled();
  assert.deepEqual(counts(), { emails: 1, texts: 0 });
});

anyDay(8, "next", "staysPaid", "shared", "figuresBack");
