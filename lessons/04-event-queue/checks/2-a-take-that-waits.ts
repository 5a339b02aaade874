import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { bigOrder, letsGo } from "./desk.ts";
import { anyQueueDay } from "./queue-day.ts";

test("step 2 · the queue lets go of those who have waited, and of their items", async () => {
  const queue = new EventQueue<unknown>();
  await letsGo(queue, () => {
    queue.take();
    queue.put(bigOrder());
  });
  await letsGo(queue, () => {
    for (let guest = 1; guest <= 200; guest++) queue.ready();
    queue.put("tea");
    queue.tryTake();
  });
});

anyQueueDay(2, "take", "handed", "ready");
