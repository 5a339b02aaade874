import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { bigOrder, letsGo } from "./desk.ts";
import { anyQueueDay } from "./queue-day.ts";

test("step 3 · the queue lets go of producers that it has let in, and of their items", async () => {
  const queue = new EventQueue<unknown>({ capacity: 1 });
  await letsGo(queue, () => {
    queue.put("tea");
    queue.put(bigOrder());
    queue.tryTake();
    queue.tryTake();
  });
});

anyQueueDay(3, "putBack", "full", "tryPut", "closed", "left", "away");
