import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import { anyDay } from "./any-day.ts";
import { queueOf, workerOf } from "./desk.ts";

test("step 4 · a worker that is started handles the jobs in order, also those that come later", async () => {
  const queue = queueOf(...Array(40_000).keys());
  let [handled, wrong] = [0, 0];
  const worker = workerOf(queue, (job) => {
    if (job !== handled++) wrong += 1;
    if (job % 10 === 0) throw new Error("no address");
  });
  await quiet();
  const before = handled;
  worker.start();
  await quiet();
  queue.put(40_000);
  await worker.idle();
  assert.deepEqual(
    {
      ...{ "handled before the start": before, "and in all": handled },
      ...{ "of them in a wrong place": wrong, failed: worker.deadLetters.length },
    },
    {
      ...{ "handled before the start": 0, "and in all": 40_001 },
      ...{ "of them in a wrong place": 0, failed: 4_001 },
    },
  );
});

anyDay(4, "idle", "goesOn", "hands", "dead", "onDead", "observers");
