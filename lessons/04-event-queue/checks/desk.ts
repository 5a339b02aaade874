/** What the checks of this lesson share. */
import assert from "node:assert/strict";
import { collectGarbage, quiet } from "#any-day";
import type { Queue } from "#bus/queue-contract";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";

export function queueOf<T>(...items: T[]): Queue<T> {
  const queue = new EventQueue<T>();
  for (const item of items) queue.put(item);
  return queue;
}

/** An order that takes 100 KB. */
export function bigOrder(): unknown {
  return new Array(12_500).fill("tea");
}

/** Plays a hundred rounds through a queue, after which nobody may be kept who has left. */
export async function letsGo(queue: Queue<unknown>, round: () => void): Promise<void> {
  const before = await memoryInUse();
  for (let number = 1; number <= 100; number++) round();
  const growth = (await memoryInUse()) - before;
  assert.deepEqual(
    { "is the memory free again": growth < 2e6, "items that wait": queue.size },
    { "is the memory free again": true, "items that wait": 0 },
  );
}

async function memoryInUse(): Promise<number> {
  // Twice: Node keeps notes on each promise, and drops them a moment after the promise is gone.
  for (let time = 1; time <= 2; time++) {
    await quiet();
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}
