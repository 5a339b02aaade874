import assert from "node:assert/strict";
import { test } from "node:test";
import { type Attempt, TimeLimitExceeded } from "#bus/queue-contract";
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

test("step 5 · the signal aborts when the time is over, and not before", async () => {
  const time = new SimulatedTime();
  const signals: AbortSignal[] = [];
  const handle = (_job: string, { signal }: Attempt) => {
    signals.push(signal);
    return new Promise(() => {});
  };
  const options = { timeLimit: 1_000, timers: time, concurrency: 2 };
  const worker = workerOf(queueOf("one", "other"), handle, options).start();
  await time.pass(999);
  const before = signals.map(({ aborted }) => aborted);
  await time.pass(1);
  const after = signals.map(({ aborted }) => aborted);
  const same = worker.deadLetters.map(({ error }, at) => error === signals[at]?.reason);
  assert.deepEqual(
    { before, after, "reason and failure are the same": same },
    {
      before: [false, false],
      after: [true, true],
      "reason and failure are the same": [true, true],
    },
  );
});

test("step 5 · what a handler does after its time is over counts no more", async () => {
  const time = new SimulatedTime();
  const { begun, handle, finish, fail } = handwork();
  const answers =
    (resolve: boolean) =>
    (job: string, { signal }: Attempt) =>
      new Promise<void>((done, failed) => {
        if (!job.includes("answers")) handle(job).then(done, failed);
        else
          signal.addEventListener("abort", () => (resolve ? done() : failed(serverDown)));
      });
  const jobs = ["too late", "too late to fail", "order 3", "order 4", "order 5"];
  const options = { timeLimit: 1_000, timers: time };
  const worker = workerOf(queueOf(...jobs), handle, options).start();
  await time.pass(1_000);
  await time.pass(1_000);
  finish("too late");
  fail("too late to fail", serverDown);
  await quiet();
  assert.deepEqual(
    { begun, dead: worker.deadLetters.map(({ job }) => job) },
    { begun: jobs.slice(0, 3), dead: jobs.slice(0, 2) },
  );
  for (const resolves of [true, false]) {
    const queue = queueOf("answers the signal");
    const other = workerOf(queue, answers(resolves), options).start();
    await time.pass(1_000);
    const errors = other.deadLetters.map(({ error }) => (error as Error).name);
    assert.deepEqual({ resolves, errors }, { resolves, errors: ["TimeLimitExceeded"] });
  }
});

test("step 5 · with a `timeLimit` of `Infinity`, an attempt may take for ever", async () => {
  const time = new SimulatedTime();
  const { handle, finish } = handwork();
  const options = { timeLimit: Infinity, timers: time };
  const worker = workerOf(queueOf("order 1"), handle, options).start();
  await time.pass(1e12);
  finish("order 1");
  await quiet();
  const dead = worker.deadLetters.length;
  assert.deepEqual({ dead, timers: time.pending }, { dead: 0, timers: 0 });
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

anyDay(5);
