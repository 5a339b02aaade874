import assert from "node:assert/strict";
import { test } from "node:test";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import {
  ann,
  bob,
  cup,
  namedIn,
  namesOf,
  openBus,
  outbox,
  payment,
  SlowBus,
  tea,
  told,
} from "./desk.ts";

test("step 3 · `payOrder` emits `order.paid` with the number, email, phone and total of that order", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  orders.createOrder(ann, [tea, cup]);
  for (let more = 1; more <= 1_000; more++) orders.createOrder(bob, [cup]);
  orders.payOrder(42);
  orders.payOrder(41);
  assert.deepEqual(bus.history.slice(1_001).map(told), [
    { name: "order.paid", orderId: 42, ...bob, total: 35_50 },
    { name: "order.paid", ...payment },
  ]);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
});

test("step 3 · a customer who changes later changes no payment", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  const [customer, cart] = [{ ...ann }, [{ ...tea }, { ...cup }]];
  orders.createOrder(customer, cart);
  Object.assign(customer, bob);
  cart.pop();
  orders.payOrder(41);
  const paid = bus.history.slice(1).map(told);
  assert.deepEqual({ paid }, { paid: [{ name: "order.paid", ...payment }] });
});

test("step 3 · `order.paid` sends one SMS to the customer, with the order's number and total", async () => {
  const { bus, failures } = openBus();
  const { texts, senders, counts } = outbox();
  new NotificationService(bus, senders);
  bus.emit("order.paid", { ...payment, orderId: 2 ** 40 });
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual(counts(), { emails: 0, texts: 1 });
  const names = [String(2 ** 40), "125.50 UAH"];
  assert.deepEqual(
    { to: texts[0]?.to, names: namedIn(texts[0], names) },
    { to: "+380441234567", names },
  );
});

test("step 3 · the bus hears of an SMS that fails, at once or later", async () => {
  for (const when of ["at once", "later"]) {
    const { bus, failures } = openBus();
    const sendSms = () => {
      const failure = new Error(`no network, ${when}`);
      if (when === "at once") throw failure;
      return Promise.reject(failure);
    };
    new NotificationService(bus, { ...outbox().senders, sendSms });
    bus.emit("order.paid", payment);
    assert.deepEqual(
      { failures: await failures() },
      { failures: [`no network, ${when}`] },
    );
  }
});

test("step 3 · a listener may pay the moment it hears of the order", async () => {
  const { bus, failures } = openBus();
  // It was there before the order service, which may listen, too.
  bus.subscribe("order.created", ({ orderId }) => orders.payOrder(orderId));
  const orders = new OrderService(bus);
  orders.createOrder(ann, [tea]);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  const events = namesOf(bus.history);
  assert.deepEqual({ events }, { events: ["order.created", "order.paid"] });
});

test("step 3 · a listener may take an order while it hears of another", async () => {
  const { bus, failures } = openBus();
  let inside = 0;
  const end = bus.subscribe("order.created", () => {
    end();
    inside = orders.createOrder(bob, [cup]);
  });
  const orders = new OrderService(bus, { firstOrderId: 41 });
  const outside = orders.createOrder(ann, [tea]);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual({ outside, inside }, { outside: 41, inside: 42 });
  orders.payOrder(outside);
  const paid = bus.history.slice(2).map(told);
  assert.deepEqual(paid, [{ name: "order.paid", orderId: 41, ...ann, total: 90_00 }]);
});

test("step 3 · on a slow bus, an order can be paid before its event arrives", async () => {
  const { bus, failures } = openBus();
  const slow = new SlowBus(bus);
  const { senders, counts } = outbox();
  const orders = new OrderService(slow);
  new NotificationService(slow, senders);
  orders.payOrder(orders.createOrder(ann, [tea]));
  const emitted = namesOf(slow.emitted);
  assert.deepEqual({ emitted }, { emitted: ["order.created", "order.paid"] });
  slow.arrive();
  assert.deepEqual({ failures: await failures() }, { failures: [] });
  assert.deepEqual(counts(), { emails: 1, texts: 1 });
});

anyDay(3);
