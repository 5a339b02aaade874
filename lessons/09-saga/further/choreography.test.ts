import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#bus/event-bus";
import {
  connectServices,
  type OrderEvents,
  requestOrder,
  services,
} from "./choreography.ts";
import { Shop, type ShopOptions } from "./shop.ts";

const teapot = { id: "order-15", item: "a teapot", cents: 2_500 };

function open(options: ShopOptions = {}, names = services) {
  const bus = new EventBus<OrderEvents>();
  const shop = new Shop(options);
  connectServices(bus, shop, names);
  requestOrder(bus, teapot);
  return { bus, shop, names: () => bus.history.map(({ name }) => name) };
}

test("services that only hear one another deliver the order", () => {
  const { shop, names } = open();
  assert.deepEqual(names(), [
    "order.requested",
    "order.placed",
    "money.reserved",
    "order.confirmed",
    "order.delivered",
    "money.collected",
  ]);
  assert.equal(shop.books.till, 2_500);
});

test("when the goods are missing, the money is released and then the order cancelled", () => {
  const { shop, names } = open({ stock: 0 });
  assert.deepEqual(names().slice(2), [
    "money.reserved",
    "order.rejected",
    "money.released",
    "order.cancelled",
  ]);
  assert.equal(shop.books.customer, 10_000);
  assert.equal(shop.books.reserved.size, 0);
});

test("when the money is missing, the order is cancelled", () => {
  const { names } = open({ cents: 0 });
  assert.deepEqual(names().slice(1), [
    "order.placed",
    "money.refused",
    "order.cancelled",
  ]);
});

test("each event names the one that led to it", () => {
  const { bus } = open();
  const causes = bus.history.map(({ data }) => data.causationId);
  assert.deepEqual(causes, [null, ...bus.history.slice(0, -1).map(({ id }) => id)]);
  assert.ok(bus.history.every(({ data }) => data.correlationId === "order-15"));
});

test("every event delivered a second time has no second effect", () => {
  const { bus, shop } = open();
  for (const event of bus.history) bus.deliver(event);
  assert.equal(shop.effects.length, 5);
  assert.equal(shop.books.till, 2_500);
});

test("when one service is down, the order stands still, and nobody is there to notice", () => {
  const { shop, names } = open(
    {},
    services.filter((name) => name !== "delivery"),
  );
  assert.equal(names().at(-1), "order.confirmed");
  assert.equal(shop.books.reserved.get("order-15"), 2_500);
});
