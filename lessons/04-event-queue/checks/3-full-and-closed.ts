import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { anyQueueDay } from "./any-day.ts";
import { drain, stateOf } from "./desk.ts";

test("step 3 · `putBack` adds an item at the end, even when the queue is full or closed", () => {
  const queue = new EventQueue<string>({ capacity: 1 });
  queue.put("order 1");
  queue.putBack("order 2");
  queue.close();
  queue.putBack("order 3");
  assert.deepEqual({ left: drain(queue) }, { left: ["order 1", "order 2", "order 3"] });
});

test("step 3 · `put` into a full queue waits until there is room, each producer in its turn", async () => {
  const queue = new EventQueue<string>({ capacity: 2 });
  queue.put("order 1");
  queue.put("order 2");
  const putting = queue.put("order 3");
  const before = { state: await stateOf(putting), size: queue.size };
  queue.tryTake();
  const after = { state: await stateOf(putting), size: queue.size };
  assert.deepEqual(
    { before, after },
    { before: { state: "waiting", size: 2 }, after: { state: "resolved", size: 2 } },
  );
});

anyQueueDay(3, "tryPut", "closed", "left", "away");
