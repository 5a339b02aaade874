import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import {
  ann,
  bob,
  cup,
  isPlainJson,
  openBus,
  order,
  settled,
  tea,
  told,
} from "./desk.ts";

test("step 1 · `createOrder` emits `order.created` with number, email, phone, items and total", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  const cups = Array(100).fill(cup);
  const yachts = [{ name: "yacht", quantity: 3, price: 3_002_399_751_580_330 }];
  orders.createOrder(ann, [tea, cup]);
  orders.createOrder(bob, cups);
  orders.createOrder(bob, yachts);
  const [name, total] = ["order.created", 9_007_199_254_740_990];
  assert.deepEqual(bus.history.map(told), [
    { name, ...order },
    { name, orderId: 42, ...bob, items: cups, total: 3550_00 },
    { name, orderId: 43, ...bob, items: yachts, total },
  ]);
  assert.deepEqual({ failures: await failures() }, { failures: [] });
});

test("step 1 · `createOrder` returns the number: 1, 2, 3 …, or from `firstOrderId` on", async () => {
  const { bus } = openBus();
  const shop = new OrderService(bus);
  const numbers = [1, 2, 3].map(() => shop.createOrder(ann, [tea]));
  const other = new OrderService(openBus().bus, { firstOrderId: 500 });
  const from500 = [1, 2].map(() => other.createOrder(ann, [tea]));
  const last = new OrderService(openBus().bus, { firstOrderId: 2 ** 32 });
  const large = [1, 2].map(() => last.createOrder(ann, [tea]) - 2 ** 32);
  assert.deepEqual(
    { numbers, from500, "from 2 ** 32": large },
    { numbers: [1, 2, 3], from500: [500, 501], "from 2 ** 32": [0, 1] },
  );
});

test("step 1 · two shops number their orders independently", () => {
  const kyiv = new OrderService(openBus().bus);
  const lviv = new OrderService(openBus().bus, { firstOrderId: 500 });
  const shops = [kyiv, lviv, kyiv, lviv, kyiv];
  const numbers = shops.map((shop) => shop.createOrder(ann, [tea]));
  assert.deepEqual(numbers, [1, 500, 2, 501, 3]);
});

test("step 1 · `createOrder` leaves the cart as it is, and a cart that changes later changes no event", async () => {
  const { bus } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  const cart = [{ ...tea }, { ...cup }];
  const customer = { ...ann };
  orders.createOrder(customer, cart);
  assert.deepEqual({ cart, customer }, { cart: [tea, cup], customer: ann });
  Object.assign(customer, bob);
  Object.assign(cart[1] ?? {}, { quantity: 90 });
  cart[0] = { name: "piano", quantity: 1, price: 90_000_00 };
  orders.createOrder(customer, cart);
  await settled();
  const second = { orderId: 42, ...bob, items: cart, total: 93_195_00 };
  assert.deepEqual(bus.history.map(told), [
    { name: "order.created", ...order },
    { name: "order.created", ...second },
  ]);
});

test("step 1 · the data of an event is plain JSON", () => {
  const { bus } = openBus();
  new OrderService(bus).createOrder(ann, [tea, cup]);
  const data = bus.history[0]?.data;
  assert.ok(data, "`createOrder` emits no event");
  assert.ok(isPlainJson(data), "the data is not the same after JSON and back");
});

anyDay(1);
