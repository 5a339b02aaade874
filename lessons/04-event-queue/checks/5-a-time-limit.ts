import assert from "node:assert/strict";
import { test } from "node:test";
import { type Attempt, TimeLimitExceeded } from "#bus/queue-contract";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { queueOf } from "./desk.ts";

test("step 5 · an attempt fails with `TimeLimitExceeded` when it has taken `timeLimit` ms", async () => {
  const { time, begun, worker } = stuck();
  await time.pass(999);
  const before = begun.length;
  await time.pass(1);
  const isLate = worker.deadLetters[0]?.error instanceof TimeLimitExceeded;
  assert.deepEqual(
    {
      "jobs begun after 999 ms": before,
      "jobs begun after 1,000 ms": begun.length,
      "order 1 failed with a TimeLimitExceeded": isLate,
    },
    {
      "jobs begun after 999 ms": 1,
      "jobs begun after 1,000 ms": 2,
      "order 1 failed with a TimeLimitExceeded": true,
    },
  );
});

test("step 5 · the signal aborts when the time is over, and not before", async () => {
  const { time, begun } = stuck();
  await time.pass(1_000);
  // This handler asks for its signals when the time of order 1 is over.
  const aborted = begun.map(({ signal }) => signal.aborted);
  assert.deepEqual({ aborted }, { aborted: [true, false] });
});

/** A worker whose handler never ends, and the attempts that have begun. */
function stuck() {
  const time = new SimulatedTime();
  const begun: Attempt[] = [];
  const handle = (_job: string, attempt: Attempt) => {
    begun.push(attempt);
    return new Promise(() => {});
  };
  const options = { timeLimit: 1_000, attempts: 1, timers: time };
  const worker = new Worker(queueOf("order 1", "order 2"), handle, options).start();
  return { time, begun, worker };
}

anyDay(5, "timers", "tooLate", "noLimit");
