import assert from "node:assert/strict";
import { test } from "node:test";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { anyDay } from "./any-day.ts";
import { bob, namedIn, openBus, order, outbox } from "./desk.ts";

test("step 2 · `order.created` sends one email to the customer, and no SMS", async () => {
  const { bus, failures } = openBus();
  const { emails, senders, counts } = outbox();
  new NotificationService(bus, senders);
  bus.emit("order.created", order);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual(counts(), { emails: 1, texts: 0 });
  assert.deepEqual({ to: emails[0]?.to }, { to: "ann@example.com" });
});

test("step 2 · the email names the order's number, and its total as `formatMoney` prints it", async () => {
  const { bus, failures } = openBus();
  const { emails, senders } = outbox();
  new NotificationService(bus, senders);
  const totals = { 41: 125_50, 42: 5, 43: 0, 1099511627776: 9_007_199_254_740_901 };
  const words = ["125.50 UAH", "0.05 UAH", "0.00 UAH", "90071992547409.01 UAH"];
  for (const [orderId, total] of Object.entries(totals)) {
    bus.emit("order.created", { ...order, orderId: Number(orderId), total });
  }
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  const all = [...Object.keys(totals), ...words];
  assert.deepEqual(
    emails.map((email) => namedIn(email, all)),
    Object.keys(totals).map((orderId, at) => [orderId, words[at]]),
  );
});

test("step 2 · each customer gets the email about their own order", async () => {
  const { bus, failures } = openBus();
  const { emails, senders } = outbox();
  new NotificationService(bus, senders);
  bus.emit("order.created", order);
  bus.emit("order.created", { ...order, ...bob, orderId: 42 });
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual(
    Object.fromEntries(emails.map((email) => [email.to, namedIn(email, ["41", "42"])])),
    { "ann@example.com": ["41"], "Bob@Example.com": ["42"] },
  );
});

test("step 2 · the bus hears of an email that fails, at once or later", async () => {
  for (const when of ["at once", "later"]) {
    const { bus, failures } = openBus();
    const sendEmail = () => {
      const failure = new Error(`mail server is down, ${when}`);
      if (when === "at once") throw failure;
      return Promise.reject(failure);
    };
    new NotificationService(bus, { ...outbox().senders, sendEmail });
    bus.emit("order.created", order);
    assert.deepEqual(
      { failures: await failures() },
      { failures: [`mail server is down, ${when}`] },
    );
  }
});

anyDay(2);
