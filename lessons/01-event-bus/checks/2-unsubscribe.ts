import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { ann } from "./desk.ts";

test("step 2 · the function that `subscribe` returns ends that subscription and no other", () => {
  const bus = new EventBus();
  let calls = 0;
  const listener = () => (calls += 1);
  const end = bus.subscribe("user.registered", listener);
  const [first, again] = [end(), end()];
  bus.subscribe("user.registered", listener);
  const afterSubscribingAnew = end();
  bus.emit("user.registered", ann);
  assert.deepEqual(
    { first, again, afterSubscribingAnew, calls },
    { first: true, again: false, afterSubscribingAnew: false, calls: 1 },
  );
});

anyDay(2, "underWay", "nested", "unsubscribe", "once");
