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
  const before = [...handled];
  worker.start();
  await quiet();
  queue.put("order 3");
  await quiet();
  assert.deepEqual(
    { "handled before the start": before, "and in all": handled },
    { "handled before the start": [], "and in all": ["order 1", "order 2", "order 3"] },
  );
});

anyDay(4, "idle", "goesOn", "hands", "dead", "onDead", "observers");
