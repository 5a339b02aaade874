import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { bigOrder, letsGo } from "./desk.ts";
import { anyQueueDay } from "./queue-day.ts";

anyQueueDay(3, "putBack", "full", "tryPut", "closed", "left", "away");

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
