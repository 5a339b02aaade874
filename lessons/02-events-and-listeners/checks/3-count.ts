import assert from "node:assert/strict";
import { test } from "node:test";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { anyDay } from "./any-day.ts";
import { ann, bob, deleted, registered } from "./desk.ts";

test("step 3 · `users` goes up by one at `user.registered` and down by one at `user.deleted`, in any order", () => {
  const analytics = createAnalytics();
  const events = [deleted(ann), registered(bob), registered(ann), deleted(bob)];
  const users = [...events, registered(bob)].map((event) => {
    analytics.count(event.data, event);
    return analytics.figures()?.users;
  });
  const figures = { "figures returns": typeof analytics.figures() };
  assert.deepEqual(figures, { "figures returns": "object" });
  const title = "users as Ann leaves, Bob and Ann register, Bob leaves and is back";
  assert.deepEqual({ [title]: users }, { [title]: [-1, 0, 1, 0, 1] });
});

anyDay(3, "orders", "others", "snapshot");
