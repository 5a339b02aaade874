import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { bigOrder, letsGo, takesInAMoment } from "./desk.ts";
import { anyQueueDay } from "./queue-day.ts";

test("step 1 · `put` adds an item at the end, `tryTake` takes the oldest one", () => {
  const queue = new EventQueue<string>();
  queue.put("order 1");
  queue.tryPut("order 2");
  queue.put("order 3");
  const taken = [queue.tryTake(), queue.tryTake(), queue.tryTake()];
  assert.deepEqual({ taken }, { taken: ["order 1", "order 2", "order 3"] });
});

test("step 1 · `tryTake` takes 400,000 waiting items in a moment", () => {
  const queue = new EventQueue<unknown>();
  takesInAMoment(queue, 400_000, (item) => queue.tryTake() === item);
});

test("step 1 · the queue lets go of items that `tryTake` has taken", async () => {
  const queue = new EventQueue<unknown>();
  await letsGo(queue, () => queue.tryPut(bigOrder()));
  queue.tryPut("one that stays");
  await letsGo(queue, () => {
    for (let number = 1; number <= 4_000; number++) queue.tryPut(number);
  });
});

anyQueueDay(1, "size", "accepts", "any");
