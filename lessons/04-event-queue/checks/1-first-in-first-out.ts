import assert from "node:assert/strict";
import { test } from "node:test";
import { collectGarbage, quiet } from "#any-day";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { anyQueueDay } from "./any-day.ts";

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
  for (let item = 0; item < 400_000; item++) queue.tryPut(item);
  const begin = process.cpuUsage();
  let taken = 0;
  let wrong = 0;
  // Time of this process, so that a busy machine does not count against a quick queue.
  while (queue.size > 0 && process.cpuUsage(begin).user < 600_000) {
    for (let some = 0; some < 40; some++, taken++) {
      if (queue.size !== 400_000 - taken || queue.tryTake() !== taken) wrong += 1;
    }
  }
  assert.deepEqual({ takenInTime: taken, wrong }, { takenInTime: 400_000, wrong: 0 });
});

test("step 1 · the queue lets go of items that were taken", async () => {
  const queue = new EventQueue<unknown>();
  const items: WeakRef<object>[] = [];
  for (let orderId = 0; orderId < 900; orderId++) {
    const order = { orderId };
    items.push(new WeakRef(order));
    queue.tryPut(order);
    if (orderId % 10 > 0) queue.tryTake();
  }
  const numbers = new EventQueue<number>();
  await quiet();
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let item = 0; item < 400_000; item++) {
    numbers.tryPut(item);
    if (item > 5) numbers.tryTake();
  }
  collectGarbage();
  const growth = process.memoryUsage().heapUsed - before;
  const kept = items.filter((one) => one.deref() !== undefined).length;
  // 400,000 empty places would be 3.2 MB. The engine may be slow to let go of a few items.
  assert.deepEqual(
    { itemsAreGone: kept < queue.size + 300, placesAreGone: growth < 2e6 },
    { itemsAreGone: true, placesAreGone: true },
  );
  assert.deepEqual({ waiting: numbers.size }, { waiting: 6 });
});

anyQueueDay(1, "size", "accepts", "any");
