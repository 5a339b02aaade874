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
    `${orderId} ${answerOf(OrderError, () => void orders.payOrder(orderId))}`;
  const answers = [
    pay(41),
    pay(50),
    pay(orders.createOrder(ann, [tea])),
    pay(43),
    pay(42),
  ];
  // It heard that 41 is paid, and nothing of 50; 43 is its own, and 42 is not paid.
  const right = ["41 refused", "50 refused", "43 accepted", "43 refused", "42 accepted"];
  assert.deepEqual(answers, right);
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
