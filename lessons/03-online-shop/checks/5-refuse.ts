import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderItem } from "#given/03-online-shop/shop-events.ts";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import {
  ann,
  answerOf,
  bob,
  cup,
  emittedOn,
  namesOf,
  openBus,
  SlowBus,
  tea,
  told,
} from "./desk.ts";

const yacht = { name: "yacht", quantity: 1, price: Number.MAX_SAFE_INTEGER };

test("step 5 · `createOrder` refuses an order without items", () => {
  compare({ "no items": [] }, "refused");
});

test("step 5 · `createOrder` refuses a quantity that is not a whole number of 1 or more", () => {
  const wrong = [0, -1, 1.5, Number.NaN, Infinity, "2", undefined, null, [2]];
  compare(cartsWith("quantity", wrong), "refused");
  compare(cartsWith("quantity", [1, 2 ** 32]), "accepted");
});

test("step 5 · `createOrder` refuses a price that is not a whole number of 0 or more", () => {
  const wrong = [-1, 12.5, Number.NaN, Infinity, -Infinity, "450", undefined, null, [5]];
  compare(cartsWith("price", wrong), "refused");
  compare(cartsWith("price", [0, 1, 2 ** 32]), "accepted");
});

test("step 5 · `createOrder` refuses a total beyond `Number.MAX_SAFE_INTEGER`", () => {
  const half = { ...yacht, price: 2 ** 52 };
  compare(
    {
      "the largest number, and a cup": [yacht, cup],
      "two times 2 ** 52": [{ ...half, quantity: 2 }],
      "2 ** 52, twice": [half, half],
      "a price beyond the largest number": [{ ...yacht, price: 2 ** 53 }],
    },
    "refused",
  );
  compare({ "the largest number": [yacht], "2 ** 52": [half] }, "accepted");
});

test("step 5 · `payOrder` refuses an unknown order, and names its number", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  orders.createOrder(ann, [tea]);
  const answers = Object.fromEntries(
    [777, 42, 40].map((orderId) => [
      orderId,
      answerOf(() => orders.payOrder(orderId), orderId),
    ]),
  );
  assert.deepEqual(answers, { 777: "refused", 42: "refused", 40: "refused" });
});

test("step 5 · `payOrder` refuses to take a payment twice, and names the order's number", async () => {
  for (const bus of [openBus().bus, new SlowBus(openBus().bus)]) {
    const inside: string[] = [];
    bus.subscribe("order.paid", ({ orderId }) => {
      inside.push("asked");
      inside.push(answerOf(() => orders.payOrder(orderId), orderId));
    });
    const orders = new OrderService(bus, { firstOrderId: 41 });
    for (const customer of [ann, bob]) orders.createOrder(customer, [tea]);
    orders.payOrder(41);
    orders.payOrder(42);
    const answers = [41, 42, 41].map((orderId) =>
      answerOf(() => orders.payOrder(orderId), orderId),
    );
    assert.deepEqual({ answers }, { answers: ["refused", "refused", "refused"] });
    if (bus instanceof SlowBus) bus.arrive();
    const asked = ["asked", "refused", "asked", "refused"];
    assert.deepEqual({ "in the middle": inside }, { "in the middle": asked });
    assert.deepEqual({ events: emittedOn(bus).length }, { events: 4 });
  }
});

test("step 5 · what was refused leaves no trace", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  const refused = [
    () => orders.createOrder(ann, []),
    () => orders.createOrder(ann, [tea, { ...cup, price: -1 }]),
    () => orders.createOrder(ann, [yacht, cup]),
    () => orders.payOrder(41),
    () => orders.payOrder(42),
  ];
  const answers = refused.map((action) => answerOf(action));
  assert.deepEqual({ answers }, { answers: refused.map(() => "refused") });
  assert.deepEqual({ events: namesOf(bus.history) }, { events: [] });
  const payments = [41, 42].map((orderId) => answerOf(() => orders.payOrder(orderId)));
  assert.deepEqual({ payments }, { payments: ["refused", "refused"] });
  const numbers = [ann, bob].map((customer) => orders.createOrder(customer, [tea]));
  for (const orderId of numbers) orders.payOrder(orderId);
  assert.deepEqual({ numbers }, { numbers: [41, 42] });
  assert.deepEqual(bus.history.slice(2).map(told), [
    { name: "order.paid", orderId: 41, ...ann, total: 90_00 },
    { name: "order.paid", orderId: 42, ...bob, total: 90_00 },
  ]);
});

test("step 5 · the constructor refuses a `firstOrderId` that is not a whole number of 1 or more, with a `RangeError`", () => {
  // What an earlier check asks of this step comes first.
  answerOf(() => new OrderService(openBus().bus).createOrder(ann, []));
  const wrong = [0, -3, 1.5, Number.NaN, Infinity, "41"];
  const { bus } = openBus();
  const accepted = wrong.filter((firstOrderId) => {
    try {
      return new OrderService(bus, { firstOrderId: firstOrderId as number });
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  });
  const { subscriptions } = bus;
  assert.deepEqual({ accepted, subscriptions }, { accepted: [], subscriptions: 0 });
});

function cartsWith(field: "quantity" | "price", values: unknown[]) {
  return Object.fromEntries(
    values.map((value) => [
      `${field} ${String(value)}, ${typeof value}`,
      [cup, { ...tea, [field]: value }],
    ]),
  ) as Record<string, OrderItem[]>;
}

/** Orders each cart in a shop of its own; names those that get another answer. */
function compare(carts: Record<string, OrderItem[]>, expected: string): void {
  const others = Object.entries(carts)
    .map(([name, cart]) => {
      const { bus } = openBus();
      const orders = new OrderService(bus);
      const answer = answerOf(() => orders.createOrder(ann, cart));
      const events = bus.history.length;
      return [
        name,
        events === Number(answer === "accepted")
          ? answer
          : `${answer}, with ${events} events`,
      ];
    })
    .filter(([, answer]) => answer !== expected);
  assert.deepEqual(
    Object.fromEntries(others),
    Object.fromEntries(others.map(([name]) => [name, expected])),
  );
}

anyDay(5);
