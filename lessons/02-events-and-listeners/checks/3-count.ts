import assert from "node:assert/strict";
import { test } from "node:test";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { anyDay } from "./any-day.ts";
import {
  ann,
  bob,
  deleted,
  order,
  ordered,
  plain,
  registered,
  type ShopEvent,
  stranger,
} from "./desk.ts";

/** An analytics listener that has counted these events. */
function counted(...events: ShopEvent[]) {
  const analytics = createAnalytics();
  for (const event of events) analytics.count(event.data, event);
  return analytics;
}

test("step 3 · before the first event, all figures are 0", () => {
  assert.deepEqual(plain(createAnalytics().figures()), {
    users: 0,
    orders: 0,
    turnover: 0,
  });
});

test("step 3 · `users` goes up by one at `user.registered` and down by one at `user.deleted`, in any order", () => {
  const before = counted(registered(ann), registered(bob));
  const after = counted(registered(ann), registered(bob), deleted(ann));
  const overtaken = counted(deleted(ann), registered(bob), registered(ann));
  assert.deepEqual(
    {
      before: before.figures().users,
      after: after.figures().users,
      "where a goodbye came first": overtaken.figures().users,
    },
    { before: 2, after: 1, "where a goodbye came first": 1 },
  );
});

test("step 3 · `orders` counts the orders, and `turnover` adds up their totals, large ones too", () => {
  const few = counted(ordered(), ordered({ ...order, orderId: 42, total: 450 }));
  assert.deepEqual(plain(few.figures()), { users: 0, orders: 2, turnover: 13_000 });
  const large = (orderId: number) => ordered({ ...order, orderId, total: 3_000_000_000 });
  const many = counted(large(42), large(43), large(44));
  assert.deepEqual(plain(many.figures()), {
    users: 0,
    orders: 3,
    turnover: 9_000_000_000,
  });
});

test("step 3 · when a user leaves, their orders stay counted", () => {
  const analytics = counted(registered(ann), ordered(), deleted(ann), registered(bob));
  assert.deepEqual(plain(analytics.figures()), { users: 1, orders: 1, turnover: 12_550 });
});

test("step 3 · an event of any other name changes nothing", () => {
  const others = {
    "user.renamed": { ...ann, name: "Anna" },
    "order.cancelled": order,
    "order.created.again": order,
    "order.item.added": { orderId: 41, total: 450 },
    "guest.deleted": ann,
    "cart.created": order,
    "Order.Created": order,
    constructor: order,
  };
  for (const [name, data] of Object.entries(others)) {
    const analytics = counted(registered(ann), stranger(name, data));
    assert.deepEqual(
      { [name]: plain(analytics.figures()) },
      { [name]: { users: 1, orders: 0, turnover: 0 } },
    );
  }
});

test("step 3 · `figures` returns the figures of the moment, which do not change later", () => {
  const analytics = createAnalytics();
  const first = analytics.figures();
  analytics.count(ann, registered());
  const second = analytics.figures();
  analytics.count(order, ordered());
  const third = analytics.figures();
  assert.deepEqual(
    { first: plain(first), second: plain(second), third: plain(third) },
    {
      first: { users: 0, orders: 0, turnover: 0 },
      second: { users: 1, orders: 0, turnover: 0 },
      third: { users: 1, orders: 1, turnover: 12_550 },
    },
  );
});

test("step 3 · two analytics listeners have figures of their own", () => {
  const [kyiv, lviv] = [counted(registered(ann), registered(bob)), counted(ordered())];
  assert.deepEqual(
    { kyiv: plain(kyiv.figures()), lviv: plain(lviv.figures()) },
    {
      kyiv: { users: 2, orders: 0, turnover: 0 },
      lviv: { users: 0, orders: 1, turnover: 12_550 },
    },
  );
});

anyDay(3);
