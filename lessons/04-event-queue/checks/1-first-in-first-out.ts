import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { bigOrder, letsGo } from "./desk.ts";
import { anyQueueDay } from "./queue-day.ts";

test("step 1 · `put` adds an item at the end, `tryTake` takes the oldest one", () => {
  const queue = new EventQueue<string>();
  queue.put("order 1");
  queue.tryPut("order 2");
  queue.put("order 3");
  const taken = [queue.tryTake(), queue.tryTake(), queue.tryTake()];
  assert.deepEqual({ taken }, { taken: ["order 1", "order 2", "order 3"] });
});

test("step 1 · 400,000 waiting items are taken in a moment", () => {
  const queue = new EventQueue<number>();
  for (let item = 1; item <= 400_000; item++) queue.tryPut(item);
  const begin = process.cpuUsage();
  let taken = 0;
  let wrong = 0;
  // Time of this process, so that a busy machine does not count against a quick queue.
  while (taken < 400_000 && process.cpuUsage(begin).user < 600_000) {
    for (let some = 0; some < 40; some++) {
      if (queue.tryTake() !== ++taken) wrong += 1;
      queue.tryPut(0);
    }
  }
  assert.deepEqual(
    { "items taken in 0.6 s": taken, "of them wrong": wrong },
    { "items taken in 0.6 s": 400_000, "of them wrong": 0 },
  );
});

test("step 1 · the queue lets go of items that were taken", async () => {
  const queue = new EventQueue<unknown>();
  await letsGo(queue, () => {
    queue.tryPut(bigOrder());
    queue.tryTake();
  });
  await letsGo(queue, () => {
    for (let number = 1; number <= 4_000; number++) queue.tryPut(number);
    while (queue.size > 0) queue.tryTake();
  });
});

anyQueueDay(1, "size", "accepts", "any");
