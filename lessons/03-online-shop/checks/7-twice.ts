import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import type { Senders } from "#given/03-online-shop/given/senders.ts";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import {
  ann,
  asJson,
  bob,
  figuresOf,
  openBus,
  order,
  outbox,
  payment,
  type ShopEvent,
  settled,
  tea,
} from "./desk.ts";

test("step 7 · an event that comes twice sends one message", async ({ mock }) => {
  mock.timers.enable({ apis: ["Date", "setInterval", "setTimeout"] });
  const { bus, failures } = openBus();
  const { senders, counts } = outbox();
  new NotificationService(bus, senders);
  const first = bus.emit("order.created", order);
  const second = bus.emit("order.created", { ...order, ...bob, orderId: 42 });
  const paid = bus.emit("order.paid", payment);
  for (const event of [first, paid, second, first, paid]) {
    bus.deliver(event);
    await settled();
    bus.deliver(asJson(event));
  }
  // However much comes in between, and however long it takes.
  for (let orderId = 101; orderId <= 1_100; orderId++)
    bus.emit("order.created", { ...order, orderId });
  await settled();
  mock.timers.tick(30 * 24 * 60 * 60 * 1_000);
  for (const event of [first, paid]) bus.deliver(event);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual(counts(), { emails: 1_002, texts: 1 });
});

test("step 7 · an event that comes twice is counted once, in whatever order events come", async () => {
  const { bus, failures } = openBus();
  const analytics = new AnalyticsService(bus);
  const events: ShopEvent[] = [];
  const elsewhere = openBus().bus;
  for (let orderId = 1; orderId <= 1_000; orderId++) {
    events.push(elsewhere.emit("order.created", { ...order, orderId }));
    events.push(elsewhere.emit("order.paid", { ...payment, orderId }));
  }
  for (const event of events.map(asJson).reverse()) bus.deliver(event);
  for (const event of events) bus.deliver(event);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual(figuresOf(analytics), {
    orders: 1_000,
    payments: 1_000,
    revenue: 1_000 * 125_50,
  });
});

test("step 7 · two orders that look the same are two orders", async () => {
  const { bus, failures } = openBus();
  const { senders, counts } = outbox();
  new NotificationService(bus, senders);
  const analytics = new AnalyticsService(bus);
  const orders = new OrderService(bus);
  const numbers = [1, 2].map(() => orders.createOrder(ann, [tea]));
  for (const orderId of numbers) orders.payOrder(orderId);
  // Each process counts its events from 1.
  for (const [at, id] of ["a-1", "b-1", "a-11"].entries())
    bus.deliver({ ...createEvent("order.paid", { ...payment, orderId: 11 + at }), id });
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual(counts(), { emails: 2, texts: 5 });
  assert.deepEqual(figuresOf(analytics), { orders: 2, payments: 5, revenue: 556_50 });
});

test("step 7 · while a message is on its way, the same event sends no second one", async ({
  mock,
}) => {
  mock.timers.enable({ apis: ["Date", "setInterval", "setTimeout"] });
  const { bus, failures } = openBus();
  const { sendings, senders } = onTheirWay();
  new NotificationService(bus, senders);
  const created = bus.emit("order.created", order);
  bus.deliver(created);
  await settled();
  mock.timers.tick(30 * 24 * 60 * 60 * 1_000);
  await settled();
  bus.deliver(asJson(created));
  await settled();
  assert.deepEqual({ "emails sent": sendings.length }, { "emails sent": 1 });
  sendings[0]?.resolve();
  await settled();
  bus.deliver(created);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual({ "emails sent": sendings.length }, { "emails sent": 1 });
});

test("step 7 · if a message fails on its way, no delivery of its event counts as done", async () => {
  const { bus, failures } = openBus();
  const { sendings, senders } = onTheirWay();
  new NotificationService(bus, senders);
  const events = [bus.emit("order.created", order), bus.emit("order.paid", payment)];
  for (const event of [...events, ...events]) bus.deliver(event);
  await settled();
  for (const { reject } of sendings.slice()) reject(new Error("no line"));
  // All three fail together, or the second sends the message again and the third waits for it.
  const answered = (await failures()).length + 2 * sendings.slice(2).length;
  assert.deepEqual({ deliveries: 6, answered }, { deliveries: 6, answered: 6 });
});

test("step 7 · a message that failed is sent when its event comes again", async () => {
  for (const when of ["at once", "later"]) {
    const { bus, failures } = openBus();
    const attempts: Record<string, number> = {};
    const attempt = ({ to }: { to: string }) => {
      attempts[to] = (attempts[to] ?? 0) + 1;
      if (attempts[to] > 20) return undefined;
      if (when === "at once") throw undefined;
      return Promise.reject(undefined);
    };
    new NotificationService(bus, { sendEmail: attempt, sendSms: attempt });
    const events = [bus.emit("order.created", order), bus.emit("order.paid", payment)];
    await settled();
    for (let time = 2; time <= 23; time++) {
      for (const event of events) bus.deliver(event);
      await settled();
    }
    assert.deepEqual(
      { failures: await failures() },
      { failures: Array(40).fill(undefined) },
    );
    assert.deepEqual(
      { when, attempts },
      { when, attempts: { [ann.email]: 21, [ann.phone]: 21 } },
    );
  }
});

/** Senders whose messages stay on their way until the check says what becomes of them. */
function onTheirWay() {
  const sendings: { resolve: () => void; reject: (reason: unknown) => void }[] = [];
  const send = () =>
    new Promise<void>((resolve, reject) => sendings.push({ resolve, reject }));
  const senders: Senders = { sendEmail: send, sendSms: send };
  return { sendings, senders };
}

anyDay(7);
