import assert from "node:assert/strict";
import { test } from "node:test";
import type { Email } from "#given/03-online-shop/given/senders.ts";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import {
  ann,
  cup,
  figuresOf,
  namesOf,
  openBus,
  order,
  outbox,
  payment,
  tea,
} from "./desk.ts";
import { importedServices } from "./imports.ts";

test("step 6 · a stopped notification service sends nothing more", async () => {
  const { bus, failures } = openBus();
  const { senders, counts } = outbox();
  const neverArrives = (email: Email) => {
    senders.sendEmail(email);
    return new Promise<void>(() => {});
  };
  const notifications = new NotificationService(bus, {
    ...senders,
    sendEmail: neverArrives,
  });
  bus.emit("order.created", order);
  await settled(failures);
  notifications.stop();
  bus.emit("order.created", { ...order, orderId: 42 });
  bus.emit("order.paid", payment);
  await settled(failures);
  assert.deepEqual(counts(), { emails: 1, texts: 0 });
});

test("step 6 · a stopped analytics service keeps its figures", async () => {
  const { bus, failures } = openBus();
  const analytics = new AnalyticsService(bus);
  bus.emit("order.created", order);
  bus.emit("order.paid", payment);
  analytics.stop();
  bus.emit("order.created", { ...order, orderId: 42 });
  bus.emit("order.paid", { ...payment, orderId: 42 });
  await settled(failures);
  assert.deepEqual(figuresOf(analytics), { orders: 1, payments: 1, revenue: 125_50 });
});

test("step 6 · `stop` ends the subscriptions of that service, and no others", async () => {
  const { bus, failures } = openBus();
  const { senders, counts } = outbox();
  const heard: string[] = [];
  bus.subscribe("order.*", (_data, { name }) => heard.push(name));
  for (const each of [new NotificationService(bus, senders), new AnalyticsService(bus)])
    each.stop();
  const { subscriptions } = bus;
  const first = new NotificationService(bus, senders);
  new NotificationService(bus, senders);
  const second = new AnalyticsService(bus);
  const analytics = new AnalyticsService(bus);
  first.stop();
  second.stop();
  bus.emit("order.created", order);
  bus.emit("order.paid", payment);
  await settled(failures);
  assert.deepEqual(
    { ...counts(), heard, "orders counted": analytics.figures.orders, subscriptions },
    {
      ...{ emails: 1, texts: 1, heard: ["order.created", "order.paid"] },
      ...{ "orders counted": 1, subscriptions: 1 },
    },
  );
});

test("step 6 · a second `stop` does no harm", async () => {
  const { bus, failures } = openBus();
  const { senders, counts } = outbox();
  const services = [new NotificationService(bus, senders), new AnalyticsService(bus)];
  for (const service of services) service.stop();
  const [later, analytics] = [
    new NotificationService(bus, senders),
    new AnalyticsService(bus),
  ];
  for (const service of services) service.stop();
  bus.emit("order.created", order);
  await settled(failures);
  later.stop();
  assert.deepEqual(
    { ...counts(), orders: analytics.figures.orders },
    { emails: 1, texts: 0, orders: 1 },
  );
});

test("step 6 · whichever service is missing, the others work as before", async () => {
  for (const missing of ["orders", "notifications", "analytics"]) {
    const { bus, failures } = openBus();
    const { senders, counts } = outbox();
    const notifications = new NotificationService(bus, senders);
    const analytics = new AnalyticsService(bus);
    if (missing === "notifications") notifications.stop();
    if (missing === "analytics") analytics.stop();
    if (missing === "orders") {
      bus.emit("order.created", order);
      bus.emit("order.paid", payment);
    } else {
      const orders = new OrderService(bus, { firstOrderId: 41 });
      orders.payOrder(orders.createOrder(ann, [tea, cup]));
    }
    await settled(failures);
    const messages = missing === "notifications" ? 0 : 1;
    const counted = missing === "analytics" ? 0 : 1;
    assert.deepEqual(
      { missing, events: namesOf(bus.history), ...counts(), ...figuresOf(analytics) },
      {
        missing,
        events: ["order.created", "order.paid"],
        ...{ emails: messages, texts: messages },
        ...{ orders: counted, payments: counted, revenue: 125_50 * counted },
      },
    );
  }
});

test("step 6 · no service imports another", () => {
  new AnalyticsService(openBus().bus).stop();
  assert.deepEqual({ imports: importedServices() }, { imports: [] });
});

/** Nothing has failed, now that all is done. */
async function settled(failures: () => Promise<unknown[]>): Promise<void> {
  assert.deepEqual({ failures: await failures() }, { failures: [] });
}

anyDay(6);
