import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeLimitExceeded } from "#bus/queue-contract";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { queueOf, workerOf } from "./desk.ts";

test("step 5 · an attempt fails with `TimeLimitExceeded` when it has taken `timeLimit` ms", async () => {
  const time = new SimulatedTime();
  const begun: string[] = [];
  const stuck = (job: string) => {
    begun.push(job);
    return new Promise(() => {});
  };
  const queue = queueOf("order 1", "order 2");
  const worker = workerOf(queue, stuck, { timeLimit: 1_000, timers: time }).start();
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

anyDay(5, "timers", "signal", "tooLate", "noLimit");
