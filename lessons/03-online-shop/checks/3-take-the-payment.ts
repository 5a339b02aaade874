import assert from "node:assert/strict";
import { test } from "node:test";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import {
  ann,
  cup,
  namedIn,
  openBus,
  outbox,
  payment,
  printedTotals,
  tea,
  told,
} from "./desk.ts";

test("step 3 · `payOrder` emits `order.paid` with the number, email, phone and total of that order", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  orders.createOrder(ann, [tea, cup]);
  for (let more = 0; more < 1_000; more++) orders.createOrder(ann, [tea]);
  orders.payOrder(41);
  const paid = bus.history.slice(1_001);
  assert.deepEqual(paid.map(told), [{ name: "order.paid", ...payment }]);
});

test("step 3 · `order.paid` sends one SMS to the customer, with the order's number and total", async () => {
  for (const [printed, total] of Object.entries(printedTotals)) {
    const { bus, settled } = openBus();
    const { texts, senders, counts } = outbox();
    new NotificationService(bus, senders);
    bus.emit("order.paid", { ...payment, total });
    await settled();
    assert.deepEqual(counts(), { emails: 0, texts: 1 });
    const names = ["41", printed];
    assert.deepEqual(
      { to: texts[0]?.to, names: namedIn(texts[0], names) },
      { to: "+380441234567", names },
    );
  }
});

test("step 3 · a listener may pay the moment it hears of the order", async () => {
  const { bus, settled } = openBus();
  // It was there before the order service, which may listen, too.
  bus.subscribe("order.created", ({ orderId }) => orders.payOrder(orderId));
  const orders = new OrderService(bus);
  orders.createOrder(ann, [tea]);
  await settled();
  const events = bus.history.map(({ name }) => name);
  assert.deepEqual({ events }, { events: ["order.created", "order.paid"] });
});

test("step 3 · a listener may take an order while it hears of another", async () => {
  const { bus, settled } = openBus();
  let inside = 0;
  // It was there before the order service, as above.
  const end = bus.subscribe("order.created", () => {
    end();
    inside = orders.createOrder(ann, [cup]);
  });
  const orders = new OrderService(bus);
  const outside = orders.createOrder(ann, [tea]);
  await settled();
  assert.deepEqual({ outside, inside }, { outside: 1, inside: 2 });
});

anyDay(3, "customer", "fails", "slow");
