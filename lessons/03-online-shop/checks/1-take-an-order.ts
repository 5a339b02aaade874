import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import { ann, cup, openBus, order, tea, told } from "./desk.ts";

test("step 1 · `createOrder` emits `order.created` with number, email, phone, items and total", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  const yachts = { name: "yacht", quantity: 3, price: 3_000_000_000 };
  orders.createOrder(ann, [tea, cup]);
  orders.createOrder(ann, [yachts]);
  const second = { orderId: 42, ...ann, items: [yachts], total: 9_000_000_000 };
  assert.deepEqual(bus.history.map(told), [
    { name: "order.created", ...order },
    { name: "order.created", ...second },
  ]);
  orders.createOrder(ann, Array(20_000).fill(cup));
  assert.deepEqual({ total: bus.history.at(-1)?.data.total }, { total: 710_000_00 });
});

test("step 1 · `createOrder` returns the number: 1, 2, 3 …, or from `firstOrderId` on", () => {
  const from500 = { firstOrderId: 500 };
  const shops = [{}, {}, from500, from500, { firstOrderId: 2 ** 40 }];
  const firsts = [1, 1, 500, 500, 2 ** 40];
  for (const [at, options] of shops.entries()) {
    const orders = new OrderService(openBus().bus, options);
    const numbers = [1, 2, 3].map(() => orders.createOrder(ann, [tea]));
    const first = firsts[at] ?? 1;
    const title = `numbers in shop ${at + 1}`;
    assert.deepEqual({ [title]: numbers }, { [title]: [first, first + 1, first + 2] });
  }
});

anyDay(1, "cart", "json");
