import assert from "node:assert/strict";
import { test } from "node:test";
import type { QueueWorker } from "#bus/queue-contract";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { anyDay } from "./any-day.ts";
import {
  fail,
  handwork,
  queueOf,
  quiet,
  serverDown,
  stateOf,
  summary,
  workerOf,
} from "./desk.ts";

const orders = ["order 1", "order 2", "order 3", "order 4"];

test("step 4 · a worker that is started handles the jobs in order, also those that come later", async () => {
  const queue = queueOf("order 1", "order 2");
  const handled: string[] = [];
  const worker = workerOf(queue, (job) => handled.push(job));
  await quiet();
  const before = { handled: handled.length, waiting: queue.size };
  worker.start();
  await quiet();
  queue.put("order 3");
  const whenPutReturns = handled.length;
  await quiet();
  queue.close();
  await quiet();
  queue.putBack("order 4");
  await quiet();
  assert.deepEqual(
    { before, whenPutReturns, handled },
    { before: { handled: 0, waiting: 2 }, whenPutReturns: 2, handled: orders },
  );
});

test("step 4 · at most `concurrency` jobs are in hand, also after a second `start`", async () => {
  const begun: Record<string, number> = {};
  for (const concurrency of [1, 3, Infinity]) {
    const queue = queueOf(...orders);
    const work = handwork();
    workerOf(queue, work.handle, { concurrency }).start().start();
    await quiet();
    queue.put("order 5");
    await quiet();
    begun[`concurrency ${concurrency}`] = work.begun.length;
    work.finish("order 1");
    await quiet();
    begun[`${concurrency}, when one is done`] = work.begun.length;
  }
  assert.deepEqual(begun, {
    "concurrency 1": 1,
    "1, when one is done": 2,
    "concurrency 3": 3,
    "3, when one is done": 4,
    "concurrency Infinity": 5,
    "Infinity, when one is done": 5,
  });
  const { begun: byDefault, handle } = handwork();
  const timers = { setTimeout: () => {}, clearTimeout: () => {} };
  workerOf(queueOf(...orders), handle, { timers }).start();
  await quiet();
  assert.deepEqual({ byDefault }, { byDefault: ["order 1"] });
});

test("step 4 · a handler that throws or rejects does not stop the worker", async () => {
  const { begun, handle, fail: reject } = handwork();
  const failsAtOnce = (job: string) => {
    const result = handle(job);
    return job === "order 1" ? fail() : result;
  };
  workerOf(queueOf(...orders, "order 5"), failsAtOnce, { concurrency: 2 }).start();
  await quiet();
  const afterTheFirst = [...begun];
  reject("order 2", serverDown);
  reject("order 3", serverDown);
  await quiet();
  assert.deepEqual(
    { afterTheFirst, begun },
    { afterTheFirst: ["order 1", "order 2", "order 3"], begun: [...orders, "order 5"] },
  );
});

test("step 4 · a failed job becomes a dead letter with whatever was thrown, an Error or not", async () => {
  const things = ["a string", undefined, null, 0, serverDown];
  const jobs = things.flatMap((thing) => [`throws ${thing}`, `rejects ${thing}`]);
  let calls = 0;
  const worker = workerOf(queueOf(...jobs), () => {
    const thing = things[Math.floor(calls / 2)];
    if (calls++ % 2 === 0) throw thing;
    return Promise.reject(thing);
  }).start();
  await quiet();
  const letters = worker.deadLetters;
  assert.deepEqual(
    letters.map(({ job, error, attempts }) => ({ job, error, attempts })),
    jobs.map((job, at) => ({ job, error: things[Math.floor(at / 2)], attempts: 1 })),
  );
});

test("step 4 · `onDead` is called once for each dead letter, which is kept by then", async () => {
  const calls: unknown[] = [];
  const worker: QueueWorker<string> = workerOf(queueOf("order 1", "order 2"), fail, {
    onDead: (letter) => calls.push(worker.deadLetters.includes(letter), letter.job),
  });
  worker.start();
  await quiet();
  assert.deepEqual({ calls }, { calls: [true, "order 1", true, "order 2"] });
});

test("step 4 · an `onDead` that throws or rejects changes nothing", async (t) => {
  const printed = t.mock.method(console, "error", () => {});
  const ways = { throws: fail, rejects: () => Promise.reject(serverDown) };
  for (const [way, onDead] of Object.entries(ways)) {
    const handled: string[] = [];
    const work = (job: string) => (job === "order 2" ? fail() : handled.push(job));
    const worker = workerOf(queueOf(...orders), work, { onDead }).start();
    await quiet();
    assert.deepEqual(
      { way, handled, dead: summary(worker.deadLetters) },
      {
        way,
        handled: ["order 1", "order 3", "order 4"],
        dead: ["order 2: mail server down, attempts: 1"],
      },
    );
  }
  assert.deepEqual({ printed: printed.mock.callCount() > 0 }, { printed: true });
});

test("step 4 · any value can be a job, and a handler may return any promise or thenable", async () => {
  const falsy = [undefined, 0, "", null, false];
  const handled: unknown[] = [];
  let resolve = () => {};
  workerOf(queueOf<unknown>(...falsy, "last"), (job) => {
    handled.push(job);
    // biome-ignore lint/suspicious/noThenProperty: a handler may return one
    if (job === "") return { then: (done: () => void) => (resolve = done) };
    return [job, {}, null, () => {}][handled.length % 4];
  }).start();
  await quiet();
  const before = [...handled];
  resolve();
  await quiet();
  assert.deepEqual(
    { before, handled },
    { before: [undefined, 0, ""], handled: [...falsy, "last"] },
  );
  const resolvesWithARejection = (done: (result: unknown) => void) =>
    done(Promise.reject(serverDown));
  for (const then of [fail, resolvesWithARejection]) {
    const worker = workerOf(queueOf("order 1"), () => ({ then })).start();
    await quiet();
    const dead = summary(worker.deadLetters);
    assert.deepEqual({ dead }, { dead: ["order 1: mail server down, attempts: 1"] });
  }
});

test("step 4 · `idle` resolves when no job is waiting and none is in hand", async () => {
  const queue = new EventQueue<string>();
  const { handle, finish } = handwork();
  const worker = workerOf(queue, handle).start();
  const nothingToDo = await stateOf(worker.idle());
  queue.put("order 1");
  const [one, other] = [worker.idle(), worker.idle()];
  const inHand = await stateOf(one);
  finish("order 1");
  const states = [await stateOf(one), await stateOf(other)];
  queue.put("order 2");
  const takenBySomebodyElse = worker.idle();
  queue.tryTake();
  assert.deepEqual(
    {
      nothingToDo,
      inHand,
      states,
      takenBySomebodyElse: await stateOf(takenBySomebodyElse),
    },
    {
      nothingToDo: "resolved",
      inHand: "waiting",
      states: ["resolved", "resolved"],
      takenBySomebodyElse: "resolved",
    },
  );
});

anyDay(4);
