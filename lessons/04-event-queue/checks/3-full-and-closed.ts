import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { bigOrder, letsGo } from "./desk.ts";
import { anyQueueDay } from "./queue-day.ts";

test("step 3 · `putBack` adds an item at the end, even when the queue is full or closed", () => {
  const queue = new EventQueue<string>({ capacity: 1 });
  queue.put("order 1");
  queue.putBack("order 2");
  queue.close();
  queue.putBack("order 3");
  const left = [queue.tryTake(), queue.tryTake(), queue.tryTake()];
  assert.deepEqual({ left }, { left: ["order 1", "order 2", "order 3"] });
});

test("step 3 · the queue lets go of producers that it has let in or sent away, and of their items", async () => {
  const queue = new EventQueue<unknown>({ capacity: 1 });
  const round = () => {
    queue.take().catch(() => {});
    for (let order = 1; order <= 9; order++) queue.put(bigOrder()).catch(() => {});
    queue.putBack(bigOrder());
  };
  await letsGo(queue, round, 10);
  const closing = () => {
    round();
    queue.close();
  };
  await letsGo(queue, closing, 10);
});

anyQueueDay(3, "full", "tryPut", "closed", "left", "away");
