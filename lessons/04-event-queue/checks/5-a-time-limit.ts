import assert from "node:assert/strict";
import { test } from "node:test";
import { type Attempt, TimeLimitExceeded } from "#bus/queue-contract";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { queueOf } from "./desk.ts";

test("step 5 · an attempt fails with `TimeLimitExceeded` when it has taken `timeLimit` ms", async () => {
  const time = new SimulatedTime();
  const begun: string[] = [];
  const stuck = (job: string) => {
    begun.push(job);
    return new Promise(() => {});
  };
  const queue = queueOf("order 1", "order 2");
  const options = { timeLimit: 1_000, attempts: 1, timers: time };
  const worker = new Worker(queue, stuck, options).start();
  await time.pass(999);
  const before = [...begun];
  await time.pass(1);
  const [letter] = worker.deadLetters;
  assert.deepEqual(
    {
      "begun after 999 ms": before,
      "begun after 1,000 ms": begun,
      "order 1 failed with a TimeLimitExceeded":
        letter?.error instanceof TimeLimitExceeded,
    },
    {
      "begun after 999 ms": ["order 1"],
      "begun after 1,000 ms": ["order 1", "order 2"],
      "order 1 failed with a TimeLimitExceeded": true,
    },
  );
});

test("step 5 · the signal aborts when the time is over, and not before", async () => {
  const time = new SimulatedTime();
  const begun: Attempt[] = [];
  const stuck = (_job: string, attempt: Attempt) => {
    begun.push(attempt);
    return new Promise(() => {});
  };
  const queue = queueOf("order 1", "order 2");
  new Worker(queue, stuck, { timeLimit: 1_000, attempts: 1, timers: time }).start();
  await time.pass(1_000);
  // This handler asks for its signals when the time of order 1 is over.
  const aborted = begun.map(({ signal }) => signal.aborted);
  assert.deepEqual({ aborted }, { aborted: [true, false] });
});

anyDay(5, "timers", "tooLate", "noLimit");
