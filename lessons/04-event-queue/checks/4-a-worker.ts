import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { anyDay } from "./any-day.ts";
import { queueOf } from "./desk.ts";

test("step 4 · a worker that is started handles the jobs in order, also those that come later", async () => {
  const queue = queueOf(...Array(15_000).keys());
  const handled: number[] = [];
  const handle = (job: number) => {
    handled.push(job);
    if (job % 10 === 0) throw new Error("no address");
  };
  let told = 0;
  const worker = new Worker(queue, handle, { attempts: 1, onDead: () => ++told });
  await quiet();
  const before = handled.length;
  worker.start();
  for (let later = 15_000; later < 15_100; later++) {
    queue.put(later);
    await worker.idle();
  }
  const inOrder = handled.every((job, at) => job === at);
  const failed = worker.deadLetters.length;
  assert.deepEqual(
    { "calls before the start": before, "and after it": handled.length, inOrder },
    { "calls before the start": 0, "and after it": 15_100, inOrder: true },
  );
  assert.deepEqual({ failed, told }, { failed: 1_510, told: 1_510 });
});

test("step 4 · at most `concurrency` jobs are in hand, also after a second `start`", async () => {
  for (const concurrency of [1, 40, 700, Infinity]) {
    let begun = 0;
    const handle = () => {
      if (++begun < 4) worker.start();
      return new Promise(() => {});
    };
    const options = { concurrency, timeLimit: Infinity };
    const worker = new Worker(queueOf(...Array(2_000).keys()), handle, options);
    worker.start().start();
    for (let turn = 1; turn <= 30; turn++) await quiet();
    assert.deepEqual(
      { concurrency, begun },
      { concurrency, begun: Math.min(concurrency, 2_000) },
    );
  }
});

anyDay(4, "idle", "goesOn", "dead", "onDead", "observers");
