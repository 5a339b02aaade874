import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeLimitExceeded } from "#bus/queue-contract";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { handwork, queueOf, workerOf } from "./desk.ts";

test("step 5 · an attempt fails with `TimeLimitExceeded` when it has taken `timeLimit` ms", async () => {
  for (const timeLimit of [1_000, 3e9]) {
    const time = new SimulatedTime();
    const { begun, handle } = handwork();
    const options = { timeLimit, timers: time };
    const worker = workerOf(queueOf("stuck", "order 2"), handle, options).start();
    await time.pass(timeLimit - 1);
    const before = [...begun];
    await time.pass(1);
    const [letter] = worker.deadLetters;
    assert.deepEqual(
      {
        ...{ before, begun, isRight: letter?.error instanceof TimeLimitExceeded },
        namesTheLimit: String(letter?.error).includes(`${timeLimit}`),
      },
      {
        ...{ before: ["stuck"], begun: ["stuck", "order 2"], isRight: true },
        namesTheLimit: true,
      },
    );
  }
});

anyDay(5, "timers", "signal", "tooLate", "noLimit");
