import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#bus/event-queue";
import type { Handler } from "#bus/queue-contract";
import { Worker } from "#bus/worker";
import { takingTurns } from "./taking-turns.ts";

/** How many of 10,000 jobs are done when a timer of 0 ms goes off, and in the end. */
async function jobsBeforeTimer(wrap: (handler: Handler<number>) => Handler<number>) {
  const queue = new EventQueue<number>();
  for (let job = 0; job < 10_000; job++) queue.put(job);
  let handled = 0;
  const handle = () => {
    handled += 1;
    if (handled === 500) throw new Error("the mail server is down");
  };
  let before = -1;
  setTimeout(() => {
    before = handled;
  }, 0);
  const worker = new Worker(queue, wrap(handle), { attempts: 1 }).start();
  await worker.idle();
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { before, handled, dead: worker.deadLetters.length };
}

test("without turns, a timer waits until all jobs are done", async () => {
  const { before } = await jobsBeforeTimer((handle) => handle);
  assert.deepEqual({ before }, { before: 10_000 });
});

test("with turns, a timer goes off in between, and nothing else changes", async () => {
  const { before, handled, dead } = await jobsBeforeTimer(takingTurns);
  assert.deepEqual(
    { inBetween: before < 10_000, handled, dead },
    { inBetween: true, handled: 10_000, dead: 1 },
  );
});
