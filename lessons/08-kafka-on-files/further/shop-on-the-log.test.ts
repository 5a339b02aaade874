import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { FileBus } from "#bus/file-bus";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { AnalyticsService } from "#shop/analytics-service.ts";
import { NotificationService } from "#shop/notification-service.ts";
import { OrderService } from "#shop/order-service.ts";
import { emptyFolder } from "../checks/desk.ts";
import { SegmentedLog } from "./segmented-log.ts";

const ann = { email: "ann@example.com", phone: "+380441234567" };
const tea = { name: "green tea", quantity: 2, price: 45_00 };

const logFolder = (t: TestContext) => join(emptyFolder(t), "events-0.log");

test("the shop of lesson 3 runs on the log, each service with a bus of its own", async (t) => {
  const folder = logFolder(t);
  const messages: string[] = [];
  // #region shop
  const newBus = () => new FileBus<ShopEvents>(new SegmentedLog(folder));
  const [shop, post, office] = [newBus(), newBus(), newBus()];

  const orders = new OrderService(shop);
  new NotificationService(post, {
    sendEmail: ({ to }) => messages.push(`email to ${to}`),
    sendSms: ({ to }) => messages.push(`SMS to ${to}`),
  });
  const analytics = new AnalyticsService(office);

  orders.payOrder(orders.createOrder(ann, [tea]));
  await shop.flush();
  for (const bus of [post, office]) bus.poll();
  // #endregion
  await setImmediate();
  assert.deepEqual(messages, [`email to ${ann.email}`, `SMS to ${ann.phone}`]);
  assert.deepEqual(analytics.figures, { orders: 1, payments: 1, revenue: 90_00 });
});

test("after a restart a replay rebuilds the figures, and nobody is written to again", async (t) => {
  const folder = logFolder(t);
  const before = new FileBus<ShopEvents>(new SegmentedLog(folder));
  const orders = new OrderService(before);
  orders.payOrder(orders.createOrder(ann, [tea]));
  await before.flush();

  const after = new FileBus<ShopEvents>(new SegmentedLog(folder));
  const messages: string[] = [];
  new NotificationService(after, {
    sendEmail: ({ to }) => messages.push(to),
    sendSms: ({ to }) => messages.push(to),
  });
  const analytics = new AnalyticsService(after);
  const nextDay = new OrderService(after);
  after.replay();
  await setImmediate();
  assert.deepEqual(messages, []);
  assert.deepEqual(analytics.figures, { orders: 1, payments: 1, revenue: 90_00 });
  assert.equal(nextDay.createOrder(ann, [tea]), 2);
  await after.flush();
});
