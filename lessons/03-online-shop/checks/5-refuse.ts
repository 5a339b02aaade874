import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderItem } from "#given/03-online-shop/shop-events.ts";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import { ann, answerOf, cup, openBus, tea } from "./desk.ts";

const yacht = { name: "yacht", quantity: 1, price: Number.MAX_SAFE_INTEGER };

test("step 5 · `createOrder` refuses an order without items", () => {
  compare({ "no items": [] }, "refused");
});

test("step 5 · `createOrder` refuses a quantity that is not a whole number of 1 or more", () => {
  compare(
    cartsWith("quantity", [0, -1, 1.5, Number.NaN, Infinity, "2", true, [2]]),
    "refused",
  );
  compare(cartsWith("quantity", [1, 2 ** 32]), "accepted");
});

test("step 5 · `createOrder` refuses a price that is not a whole number of 0 or more", () => {
  compare(
    cartsWith("price", [-1, 12.5, Number.NaN, Infinity, "450", null, true, [450]]),
    "refused",
  );
  compare(cartsWith("price", [0, 1, 2 ** 32]), "accepted");
});

test("step 5 · `createOrder` refuses a total beyond `Number.MAX_SAFE_INTEGER`", () => {
  const half = { ...yacht, price: 2 ** 52 };
  const two = {
    "2 ** 52, twice": [half, half],
    "a price of 2 ** 53": [{ ...yacht, price: 2 ** 53 }],
  };
  compare({ "the largest number, and a cup": [yacht, cup], ...two }, "refused");
  compare({ "the largest number": [yacht], "2 ** 52": [half] }, "accepted");
});

test("step 5 · `payOrder` refuses to take a payment twice, and names the order's number", () => {
  const { bus } = openBus();
  const seen: Record<string, string> = {};
  const payAgain = (when: string) => {
    seen[when] = answerOf(() => orders.payOrder(41));
  };
  const end = bus.subscribe("order.paid", () => {
    end();
    payAgain("the moment it is heard of");
  });
  const orders = new OrderService(bus, { firstOrderId: 41 });
  payAgain("before there is an order 41");
  orders.createOrder(ann, [tea]);
  orders.payOrder(41);
  for (let more = 0; more < 1_000; more++)
    orders.payOrder(orders.createOrder(ann, [tea]));
  payAgain("later");
  const early = { "before there is an order 41": "refused" };
  const refused = { ...early, "the moment it is heard of": "refused", later: "refused" };
  assert.deepEqual(seen, refused);
});

test("step 5 · the constructor refuses a `firstOrderId` that is not a whole number of 1 or more, with a `RangeError`", () => {
  const { bus } = openBus();
  // What an earlier check asks of this step comes first.
  answerOf(() => new OrderService(bus).createOrder(ann, []));
  const before = bus.subscriptions;
  for (const firstOrderId of [0, -3, 1.5, Number.NaN, Infinity, "41"] as number[]) {
    let answer = "accepted";
    try {
      new OrderService(bus, { firstOrderId });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      answer = "RangeError";
    }
    const title = `firstOrderId ${firstOrderId}, ${typeof firstOrderId}`;
    assert.deepEqual(
      { [title]: answer, subscriptions: bus.subscriptions },
      { [title]: "RangeError", subscriptions: before },
    );
  }
});

function cartsWith(field: "quantity" | "price", values: unknown[]) {
  const carts = values.map((value) => [
    `${field} ${String(value)}, ${typeof value}`,
    [cup, { ...tea, [field]: value }],
  ]);
  return Object.fromEntries(carts) as Record<string, OrderItem[]>;
}

/** Orders each cart in a shop of its own. */
function compare(carts: Record<string, OrderItem[]>, expected: string): void {
  for (const [name, cart] of Object.entries(carts)) {
    const { bus } = openBus();
    const answer = answerOf(() => new OrderService(bus).createOrder(ann, cart));
    assert.deepEqual(
      { [name]: answer, events: bus.history.length },
      { [name]: expected, events: expected === "accepted" ? 1 : 0 },
    );
  }
}

anyDay(5, "unknown");
