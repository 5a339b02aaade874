import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { anyDay } from "./any-day.ts";
import { queueOf } from "./desk.ts";

test("step 4 · a worker that is started handles the jobs in order, also those that come later", async () => {
  const queue = queueOf(...Array(40_000).keys());
  const handled: number[] = [];
  const handle = (job: number) => {
    handled.push(job);
    if (job % 10 === 0) throw new Error("no address");
  };
  const worker = new Worker(queue, handle, { attempts: 1 });
  await quiet();
  const before = handled.length;
  worker.start();
  for (let later = 40_000; later < 40_100; later++) {
    queue.put(later);
    await worker.idle();
  }
  const inOrder = handled.every((job, at) => job === at);
  assert.deepEqual(
    { before, after: handled.length, inOrder, failed: worker.deadLetters.length },
    { before: 0, after: 40_100, inOrder: true, failed: 4_010 },
  );
});

anyDay(4, "idle", "goesOn", "hands", "dead", "onDead", "observers");
