import assert from "node:assert/strict";
import { test } from "node:test";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { anyDay } from "./any-day.ts";
import { ann, bob, deleted, figuresOf, order, ordered, registered } from "./desk.ts";

test("step 3 · `users` goes up by one at `user.registered` and down by one at `user.deleted`, in any order", () => {
  const analytics = createAnalytics();
  const users = [deleted(ann), registered(bob), registered(ann)].map((event) => {
    analytics.count(event.data, event);
    return analytics.figures().users;
  });
  const title =
    "users after a goodbye that came first, and after each of two registrations";
  assert.deepEqual({ [title]: users }, { [title]: [-1, 0, 1] });
});

test("step 3 · `orders` counts the orders, and `turnover` adds up their totals, large ones too", () => {
  const analytics = createAnalytics();
  for (const total of [12_550, 3_000_000_000, 9_007_190_000_000_001]) {
    const event = ordered({ ...order, total });
    analytics.count(event.data, event);
  }
  const figures = { users: 0, orders: 3, turnover: 9_007_193_000_012_551 };
  assert.deepEqual(figuresOf(analytics), figures);
});

anyDay(3, "others", "snapshot");
