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

/** An order that takes 2.4 MB. */
export function bigOrder(): unknown {
  return new Array(300_000).fill("tea");
}

/** Takes a number of items, out of 400,000 that wait; each makes room for another one. */
export function takesInAMoment(
  queue: Queue<unknown>,
  most: number,
  take: (item: number) => boolean,
): void {
  // What comes later begins at no round place.
  for (let item = 0; item < 4_099; item++) if (queue.tryPut(item)) queue.tryTake();
  for (let item = 0; item < 400_000; item++) queue.tryPut(item);
  const begin = process.cpuUsage();
  let [taken, wrong] = [0, 0];
  // Time of this process, so that a busy machine does not count against a quick queue.
  while (taken < most && process.cpuUsage(begin).user < 2_000_000) {
    for (let some = 0; some < 100; some++) {
      if (!take(taken++)) wrong += 1;
      queue.tryPut("later");
    }
  }
  assert.deepEqual(
    { "items taken in 2 s": taken, "of them wrong": wrong },
    { "items taken in 2 s": most, "of them wrong": 0 },
  );
}

/** Plays rounds through a queue, after which nobody may be kept who has left. */
export async function letsGo(queue: Queue<unknown>, round: () => void, times = 50) {
  const before = await memoryInUse();
  const staying = queue.size;
  for (let number = 1; number <= times; number++) {
    round();
    await quiet();
    while (queue.size > staying) queue.tryTake();
  }
  const growth = (await memoryInUse()) - before;
  assert.deepEqual(
    { "is the memory free again": growth < 1.6e6, "items that wait": queue.size },
    { "is the memory free again": true, "items that wait": staying },
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
