import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { bigOrder, letsGo, takesInAMoment } from "./desk.ts";
import { anyQueueDay } from "./queue-day.ts";

test("step 2 · `take` takes the oldest item, or waits for the next one, each in its turn", async () => {
  const queue = new EventQueue<string>();
  queue.put("order 1");
  const taken = [queue.take(), queue.take(), queue.take()];
  queue.put("order 2");
  queue.put("order 3");
  const inTurn = await Promise.all(taken);
  assert.deepEqual({ inTurn }, { inTurn: ["order 1", "order 2", "order 3"] });
});

test("step 2 · `take` takes 400,000 waiting items in a moment, too", () => {
  const queue = new EventQueue<unknown>();
  takesInAMoment(queue, 20_000, () => queue.take() instanceof Promise);
});

test("step 2 · the queue lets go of those who have waited, and of their items", async () => {
  const queue = new EventQueue<unknown>();
  await letsGo(queue, () => {
    queue.take();
    queue.put(bigOrder());
  });
  await letsGo(queue, () => {
    for (let guest = 1; guest <= 400; guest++) queue.ready();
    queue.put("tea");
  });
});

anyQueueDay(2, "handed", "ready");
