import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import { anyDay } from "./any-day.ts";
import { queueOf, workerOf } from "./desk.ts";

test("step 4 · a worker that is started handles the jobs in order, also those that come later", async () => {
  const queue = queueOf("order 1", "order 2");
  const handled: string[] = [];
  const worker = workerOf(queue, (job) => handled.push(job));
  await quiet();
  const before = { handled: handled.length, waiting: queue.size };
  worker.start();
  await quiet();
  queue.put("order 3");
  const whenPutReturns = handled.length;
  await quiet();
  assert.deepEqual(
    { before, whenPutReturns, handled },
    {
      ...{ before: { handled: 0, waiting: 2 }, whenPutReturns: 2 },
      handled: ["order 1", "order 2", "order 3"],
    },
  );
});

anyDay(4, "idle", "goesOn", "hands", "dead", "onDead", "observers");
