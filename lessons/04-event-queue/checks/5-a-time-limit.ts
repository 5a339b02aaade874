import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeLimitExceeded } from "#bus/queue-contract";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { handwork, queueOf, quiet, serverDown, summary, workerOf } from "./desk.ts";

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

test("step 5 · when an attempt ends in time, its timer is cleared", async () => {
  const time = new SimulatedTime();
  const { handle, finish, fail } = handwork();
  const options = { timeLimit: 1_000, timers: time, concurrency: 2 };
  const worker = workerOf(queueOf("order 1", "order 2"), handle, options).start();
  await time.pass(900);
  finish("order 2");
  fail("order 1", serverDown);
  await quiet();
  const timers = time.pending;
  await time.pass(5_000);
  const dead = summary(worker.deadLetters);
  assert.deepEqual(
    { timers, dead },
    { timers: 0, dead: ["order 1: mail server down, attempts: 1"] },
  );
});

anyDay(5, "signal", "tooLate", "noLimit");
