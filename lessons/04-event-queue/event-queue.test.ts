import assert from "node:assert/strict";
import { test } from "node:test";
import type { BusEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import {
  type Attempt,
  type DeadLetter,
  type Handler,
  QueueClosed,
  type QueuedBusOptions,
  type Retry,
  TimeLimitExceeded,
  type WorkerOptions,
} from "#bus/queue-contract";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { QueuedBus } from "#lesson/04-event-queue/queued-bus.ts";
import { retryDelay, Worker } from "#lesson/04-event-queue/worker.ts";
import { SimulatedTime } from "./simulated-time.ts";

interface ShopEvents {
  "order.created": { orderId: number };
  "order.paid": { orderId: number };
}

/** Nothing here takes longer than this, in ms, unless it waits for something that never comes. */
const PATIENCE = 3_000;

/** Lets everything happen that only needs its turn. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Waits until the condition holds; gives up in the end, so that the assertion can tell why. */
async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!condition() && performance.now() < end) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Where a promise stands: "waiting", "resolved", or the name of the error it was rejected with. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = "waiting";
  promise.then(
    () => {
      state = "resolved";
    },
    (error) => {
      state = error instanceof QueueClosed ? "QueueClosed" : String(error);
    },
  );
  await quiet();
  return state;
}

function queueOf<T>(...items: T[]): EventQueue<T> {
  const queue = new EventQueue<T>();
  for (const item of items) queue.put(item);
  return queue;
}

function drain<T>(queue: EventQueue<T>): (T | undefined)[] {
  const items: (T | undefined)[] = [];
  while (queue.size > 0) items.push(queue.tryTake());
  return items;
}

/** A worker that tries each job once, as retries only come in step 6. No time passes for it. */
function workerOf<T>(
  queue: EventQueue<T>,
  handle: Handler<T>,
  options: WorkerOptions<T> = {},
): Worker<T> {
  return new Worker(queue, handle, {
    attempts: 1,
    timers: new SimulatedTime(),
    ...options,
  });
}

/** Handlers that end when the check says so. */
function handwork() {
  const inHand = new Map<string, { finish: () => void; fail: (why: unknown) => void }>();
  const begun: string[] = [];
  const handle = (job: string) =>
    new Promise<void>((resolve, reject) => {
      begun.push(job);
      inHand.set(job, { finish: resolve, fail: reject });
    });
  return {
    begun,
    handle,
    finish: (job: string) => inHand.get(job)?.finish(),
    fail: (job: string, why: unknown) => inHand.get(job)?.fail(why),
  };
}

function summary(letters: readonly DeadLetter<string>[]): string[] {
  return letters.map(
    ({ job, error, attempts }) =>
      `${job}: ${error instanceof Error ? error.message : String(error)}, attempts: ${attempts}`,
  );
}

// Step 1 · First in, first out

test("step 1 · what goes in first comes out first", () => {
  const queue = new EventQueue<string>();
  queue.put("order 1");
  queue.put("order 2");
  queue.put("order 3");
  const taken = [queue.tryTake(), queue.tryTake(), queue.tryTake()];
  assert.deepEqual(taken, ["order 1", "order 2", "order 3"]);
});

test("step 1 · put resolves when the queue has accepted the item", async () => {
  const queue = new EventQueue<string>();
  const state = await stateOf(queue.put("order 1"));
  assert.deepEqual({ state }, { state: "resolved" });
  assert.deepEqual({ size: queue.size }, { size: 1 });
});

test("step 1 · tryPut says that the queue has accepted the item", () => {
  const queue = new EventQueue<string>();
  const accepted = queue.tryPut("order 1");
  assert.deepEqual({ accepted }, { accepted: true });
  assert.deepEqual(drain(queue), ["order 1"]);
});

test("step 1 · size is how many items are waiting", () => {
  const queue = new EventQueue<string>();
  const sizes = [queue.size];
  queue.put("order 1");
  queue.put("order 2");
  sizes.push(queue.size);
  queue.tryTake();
  sizes.push(queue.size);
  queue.tryTake();
  sizes.push(queue.size);
  assert.deepEqual(sizes, [0, 2, 1, 0]);
});

test("step 1 · an empty queue gives undefined, and works as before afterwards", () => {
  const queue = queueOf("order 1");
  const taken = [queue.tryTake(), queue.tryTake(), queue.tryTake()];
  queue.put("order 2");
  taken.push(queue.tryTake());
  assert.deepEqual(taken, ["order 1", undefined, undefined, "order 2"]);
  assert.deepEqual({ size: queue.size }, { size: 0 });
});

test("step 1 · 0, false, null and undefined are items like any other", () => {
  const queue = queueOf<unknown>(0, false, null, undefined, "");
  assert.deepEqual({ size: queue.size }, { size: 5 });
  assert.deepEqual(drain(queue), [0, false, null, undefined, ""]);
});

test("step 1 · puts and takes may alternate for as long as the shop is open", () => {
  const queue = new EventQueue<number>();
  const outOfOrder: unknown[] = [];
  let next = 0;
  for (let item = 0; item < 10_000; item++) {
    queue.put(item);
    if (item % 3 === 0) continue;
    const taken = queue.tryTake();
    if (taken !== next++) outOfOrder.push(taken);
  }
  assert.deepEqual(outOfOrder, []);
  assert.deepEqual({ size: queue.size }, { size: 10_000 - next });
});

test("step 1 · two queues know nothing of each other", () => {
  const emails = new EventQueue<string>();
  const parcels = new EventQueue<string>();
  emails.put("email");
  parcels.put("parcel");
  assert.deepEqual(drain(emails), ["email"]);
  assert.deepEqual(drain(parcels), ["parcel"]);
});

test("step 1 · 400,000 waiting items are taken in a moment", () => {
  const queue = new EventQueue<number>();
  for (let item = 0; item < 400_000; item++) queue.put(item);
  const begin = process.cpuUsage();
  let taken = 0;
  // Time of this process, so that a busy machine does not count against a quick queue.
  while (queue.size > 0 && process.cpuUsage(begin).user < 1_500_000) {
    for (let some = 0; some < 100; some++) queue.tryTake();
    taken += 100;
  }
  assert.deepEqual({ takenInTime: taken }, { takenInTime: 400_000 });
});

// Step 2 · A take that waits

test("step 2 · take gets the oldest item", async () => {
  const queue = queueOf("order 1", "order 2");
  const taken = [await queue.take(), await queue.take()];
  assert.deepEqual(taken, ["order 1", "order 2"]);
  assert.deepEqual({ size: queue.size }, { size: 0 });
});

test("step 2 · take waits for an item that is still to come", async () => {
  const queue = new EventQueue<string>();
  const taking = queue.take();
  const before = await stateOf(taking);
  queue.put("order 1");
  const after = await stateOf(taking);
  assert.deepEqual({ before, after }, { before: "waiting", after: "resolved" });
  assert.deepEqual({ taken: await taking }, { taken: "order 1" });
});

test("step 2 · an item that was waited for is not in the queue as well", async () => {
  const queue = new EventQueue<string>();
  const taking = queue.take();
  queue.put("order 1");
  queue.put("order 2");
  const first = await taking;
  assert.deepEqual([first, ...drain(queue)], ["order 1", "order 2"]);
});

test("step 2 · who has waited longest is served first", async () => {
  const queue = new EventQueue<string>();
  const served: string[] = [];
  for (const name of ["Ann", "Bob", "Cem"]) {
    queue.take().then((item) => served.push(`${name}: ${item}`));
  }
  for (const item of ["order 1", "order 2", "order 3"]) queue.put(item);
  await quiet();
  assert.deepEqual(served, ["Ann: order 1", "Bob: order 2", "Cem: order 3"]);
});

test("step 2 · ready resolves when an item is waiting, and takes nothing", async () => {
  const queue = queueOf("order 1");
  const state = await stateOf(queue.ready());
  assert.deepEqual({ state }, { state: "resolved" });
  assert.deepEqual(drain(queue), ["order 1"]);
});

test("step 2 · ready waits until there is something to take, for all who wait", async () => {
  const queue = new EventQueue<string>();
  const waiting = [queue.ready(), queue.ready()];
  const before = await Promise.all(waiting.map(stateOf));
  queue.put("order 1");
  const after = await Promise.all(waiting.map(stateOf));
  assert.deepEqual(before, ["waiting", "waiting"]);
  assert.deepEqual(after, ["resolved", "resolved"]);
  assert.deepEqual({ size: queue.size }, { size: 1 });
});

test("step 2 · put and tryPut hand an item over to who waits", async () => {
  const queue = new EventQueue<string>();
  const taking = [queue.take(), queue.take()];
  queue.put("order 1");
  queue.tryPut("order 2");
  const size = queue.size;
  const states = await Promise.all(taking.map(stateOf));
  assert.deepEqual({ size, states }, { size: 0, states: ["resolved", "resolved"] });
  assert.deepEqual(await Promise.all(taking), ["order 1", "order 2"]);
});

test("step 2 · tryPut wakes those who wait with ready", async () => {
  const queue = new EventQueue<string>();
  const waiting = queue.ready();
  queue.tryPut("order 1");
  const state = await stateOf(waiting);
  assert.deepEqual({ state }, { state: "resolved" });
});

test("step 2 · undefined can be taken and waited for, like any other item", async () => {
  const queue = queueOf<unknown>(undefined, "order 1");
  const there = await stateOf(queue.take());
  const next = queue.tryTake();
  const taking = queue.take();
  queue.put(undefined);
  const waitedFor = await stateOf(taking);
  assert.deepEqual(
    { there, next, waitedFor, size: queue.size },
    { there: "resolved", next: "order 1", waitedFor: "resolved", size: 0 },
  );
});

// Step 3 · Full, and closed

test("step 3 · a full queue makes the producer wait for room", async () => {
  const queue = new EventQueue<string>({ capacity: 2 });
  await queue.put("order 1");
  await queue.put("order 2");
  const putting = queue.put("order 3");
  const before = await stateOf(putting);
  const sizeBefore = queue.size;
  const taken = queue.tryTake();
  const after = await stateOf(putting);
  assert.deepEqual({ before, after }, { before: "waiting", after: "resolved" });
  assert.deepEqual(
    { sizeBefore, taken, size: queue.size },
    { sizeBefore: 2, taken: "order 1", size: 2 },
  );
});

test("step 3 · producers who wait are let in one by one, in their order", async () => {
  const queue = new EventQueue<string>({ capacity: 1 });
  const accepted: string[] = [];
  for (const item of ["order 1", "order 2", "order 3"]) {
    queue.put(item).then(() => accepted.push(item));
  }
  await quiet();
  const log = [[...accepted]];
  const taken = [await queue.take()];
  await quiet();
  log.push([...accepted]);
  taken.push(await queue.take(), await queue.take());
  assert.deepEqual(log, [["order 1"], ["order 1", "order 2"]]);
  assert.deepEqual(taken, ["order 1", "order 2", "order 3"]);
});

test("step 3 · tryPut does not wait: a full queue says no and keeps nothing", () => {
  const queue = new EventQueue<string>({ capacity: 1 });
  const answers = [queue.tryPut("order 1"), queue.tryPut("order 2")];
  assert.deepEqual(answers, [true, false]);
  assert.deepEqual(drain(queue), ["order 1"]);
});

test("step 3 · a queue with a taker waiting is not full", async () => {
  const queue = new EventQueue<string>({ capacity: 1 });
  const taking = queue.take();
  const answers = [queue.tryPut("order 1"), queue.tryPut("order 2")];
  assert.deepEqual(answers, [true, true]);
  assert.deepEqual({ taken: await taking }, { taken: "order 1" });
});

test("step 3 · what was taken can be put back, even into a full queue", async () => {
  const queue = new EventQueue<string>({ capacity: 1 });
  await queue.put("order 1");
  const taken = queue.tryTake() ?? "nothing";
  await queue.put("order 2");
  queue.putBack(taken);
  assert.deepEqual(drain(queue).sort(), ["order 1", "order 2"]);
});

test("step 3 · a producer is not let in while too many items are waiting", async () => {
  const queue = new EventQueue<string>({ capacity: 1 });
  await queue.put("order 1");
  const putting = queue.put("order 2");
  queue.putBack("order 3");
  const sizes = [queue.size];
  queue.tryTake();
  sizes.push(queue.size);
  const before = await stateOf(putting);
  queue.tryTake();
  sizes.push(queue.size);
  const after = await stateOf(putting);
  assert.deepEqual(
    { sizes, before, after },
    { sizes: [2, 1, 1], before: "waiting", after: "resolved" },
  );
});

test("step 3 · what is put back wakes those who wait in take and in ready", async () => {
  const queue = new EventQueue<string>();
  const taking = queue.take();
  queue.putBack("order 1");
  const take = await stateOf(taking);
  const waiting = queue.ready();
  queue.putBack("order 2");
  const ready = await stateOf(waiting);
  assert.deepEqual({ take, ready }, { take: "resolved", ready: "resolved" });
  assert.deepEqual(drain(queue), ["order 2"]);
});

test("step 3 · a closed queue accepts nothing more", async () => {
  const queue = new EventQueue<string>();
  queue.close();
  const state = await stateOf(queue.put("order 1"));
  const answer = queue.tryPut("order 2");
  assert.deepEqual(
    { state, answer, size: queue.size },
    { state: "QueueClosed", answer: false, size: 0 },
  );
  assert.deepEqual({ closed: queue.closed }, { closed: true });
});

test("step 3 · what was accepted before the close can still be taken", async () => {
  const queue = queueOf("order 1", "order 2");
  queue.close();
  const taken = [await queue.take(), await queue.take()];
  const state = await stateOf(queue.take());
  assert.deepEqual(taken, ["order 1", "order 2"]);
  assert.deepEqual({ state }, { state: "QueueClosed" });
});

test("step 3 · close sends away those who wait for an item", async () => {
  const queue = new EventQueue<string>();
  const taking = [queue.take(), queue.take()];
  queue.close();
  const states = await Promise.all(taking.map(stateOf));
  assert.deepEqual(states, ["QueueClosed", "QueueClosed"]);
});

test("step 3 · close tells producers who wait that their item was not accepted", async () => {
  const queue = new EventQueue<string>({ capacity: 1 });
  await queue.put("order 1");
  const putting = queue.put("order 2");
  queue.close();
  const state = await stateOf(putting);
  assert.deepEqual({ state }, { state: "QueueClosed" });
  assert.deepEqual(drain(queue), ["order 1"]);
});

test("step 3 · close wakes those who wait with ready", async () => {
  const queue = new EventQueue<string>();
  const waiting = queue.ready();
  queue.close();
  const states = [await stateOf(waiting), await stateOf(queue.ready())];
  assert.deepEqual(states, ["resolved", "resolved"]);
});

test("step 3 · closing twice is no mistake, and what was taken can still be put back", async () => {
  const queue = queueOf("order 1");
  const taken = queue.tryTake() ?? "nothing";
  queue.close();
  queue.close();
  queue.putBack(taken);
  assert.deepEqual(drain(queue), ["order 1"]);
});

// Step 4 · A worker that does not fall over

test("step 4 · a worker handles what is waiting, in order", async () => {
  const handled: string[] = [];
  const worker = workerOf(queueOf("order 1", "order 2", "order 3"), (job) => {
    handled.push(job);
  });
  worker.start();
  await until(() => handled.length === 3);
  assert.deepEqual(handled, ["order 1", "order 2", "order 3"]);
});

test("step 4 · a worker handles what comes later", async () => {
  const queue = new EventQueue<string>();
  const handled: string[] = [];
  workerOf(queue, (job) => handled.push(job)).start();
  for (const job of ["order 1", "order 2", "order 3"]) {
    await quiet();
    queue.put(job);
  }
  await until(() => handled.length === 3);
  assert.deepEqual(handled, ["order 1", "order 2", "order 3"]);
});

test("step 4 · the producer goes on before anybody has handled the job", async () => {
  const queue = new EventQueue<string>();
  const log: string[] = [];
  workerOf(queue, (job) => log.push(`${job} handled`)).start();
  await quiet();
  queue.put("order 1");
  log.push("producer goes on");
  await until(() => log.length === 2);
  assert.deepEqual(log, ["producer goes on", "order 1 handled"]);
});

test("step 4 · nothing is taken before start", async () => {
  const queue = queueOf("order 1");
  const handled: string[] = [];
  const worker = workerOf(queue, (job) => handled.push(job));
  await quiet();
  assert.deepEqual(
    { handled: handled.length, size: queue.size },
    { handled: 0, size: 1 },
  );
  worker.start();
  await until(() => handled.length === 1);
  assert.deepEqual(handled, ["order 1"]);
});

test("step 4 · without a concurrency one job is in hand at a time", async () => {
  const { begun, handle, finish } = handwork();
  workerOf(queueOf("order 1", "order 2"), handle).start();
  await quiet();
  const first = [...begun];
  finish("order 1");
  await until(() => begun.length === 2);
  assert.deepEqual(
    { first, begun },
    { first: ["order 1"], begun: ["order 1", "order 2"] },
  );
});

test("step 4 · concurrency 3 means three jobs in hand, never four", async () => {
  const { begun, handle, finish } = handwork();
  const jobs = ["order 1", "order 2", "order 3", "order 4", "order 5"];
  workerOf(queueOf(...jobs), handle, { concurrency: 3 }).start();
  await quiet();
  const atFirst = begun.length;
  finish("order 2");
  await quiet();
  const afterOne = begun.length;
  finish("order 1");
  finish("order 3");
  await quiet();
  assert.deepEqual(
    { atFirst, afterOne, begun: begun.length },
    { atFirst: 3, afterOne: 4, begun: 5 },
  );
});

test("step 4 · with a concurrency of Infinity all jobs are in hand at once", async () => {
  const { begun, handle } = handwork();
  const jobs = ["order 1", "order 2", "order 3"];
  workerOf(queueOf(...jobs), handle, { concurrency: Infinity }).start();
  await quiet();
  assert.deepEqual(begun, jobs);
});

test("step 4 · a second start does not make more hands", async () => {
  const { begun, handle } = handwork();
  workerOf(queueOf("order 1", "order 2", "order 3"), handle)
    .start()
    .start();
  await quiet();
  assert.deepEqual(begun, ["order 1"]);
});

test("step 4 · jobs that come one by one share the free hands as well", async () => {
  const queue = new EventQueue<string>();
  const { begun, handle } = handwork();
  workerOf(queue, handle, { concurrency: 2 }).start();
  for (const job of ["order 1", "order 2", "order 3"]) {
    await quiet();
    queue.put(job);
  }
  await quiet();
  assert.deepEqual(begun, ["order 1", "order 2"]);
});

test("step 4 · a handler that throws does not stop the worker", async () => {
  const handled: string[] = [];
  const worker = workerOf(queueOf("order 1", "order 2", "order 3"), (job) => {
    if (job === "order 2") throw new Error("no such address");
    handled.push(job);
  }).start();
  await until(() => handled.length === 2);
  assert.deepEqual(handled, ["order 1", "order 3"]);
  assert.deepEqual(summary(worker.deadLetters), [
    "order 2: no such address, attempts: 1",
  ]);
});

test("step 4 · a handler that rejects does not stop the worker", async () => {
  const handled: string[] = [];
  const worker = workerOf(queueOf("order 1", "order 2", "order 3"), async (job) => {
    if (job === "order 2") throw new Error("no such address");
    handled.push(job);
  }).start();
  await until(() => handled.length === 2 && worker.deadLetters.length === 1);
  assert.deepEqual(handled, ["order 1", "order 3"]);
  assert.deepEqual(summary(worker.deadLetters), [
    "order 2: no such address, attempts: 1",
  ]);
});

test("step 4 · whatever a handler throws is kept, even undefined", async () => {
  const handled: string[] = [];
  const worker = workerOf(
    queueOf("a text", "undefined", "a promise of null", "good"),
    (job) => {
      if (job === "a text") throw "mailbox full";
      if (job === "undefined") throw undefined;
      if (job === "a promise of null") return Promise.reject(null);
      handled.push(job);
    },
  ).start();
  await until(() => handled.length === 1);
  assert.deepEqual(handled, ["good"]);
  assert.deepEqual(
    worker.deadLetters.map(({ error }) => error),
    ["mailbox full", undefined, null],
  );
});

test("step 4 · a failed job frees its hand: the others are still handled three at a time", async () => {
  const { begun, handle, fail } = handwork();
  const jobs = ["order 1", "order 2", "order 3", "order 4", "order 5"];
  workerOf(queueOf(...jobs), handle, { concurrency: 3 }).start();
  await quiet();
  fail("order 1", new Error("mail server down"));
  fail("order 2", new Error("mail server down"));
  await until(() => begun.length === 5);
  assert.deepEqual(begun, jobs);
});

test("step 4 · onDead is told of a job that is given up, and may itself fail", async (t) => {
  t.mock.method(console, "error", () => {});
  const told: string[] = [];
  const handled: string[] = [];
  workerOf(
    queueOf("order 1", "order 2"),
    (job) => {
      if (job === "order 1") throw new Error("no such address");
      handled.push(job);
    },
    {
      onDead: (letter) => {
        told.push(...summary([letter]));
        throw new Error("the pager is broken");
      },
    },
  ).start();
  await until(() => handled.length === 1);
  assert.deepEqual(told, ["order 1: no such address, attempts: 1"]);
  assert.deepEqual(handled, ["order 2"]);
});

test("step 4 · idle resolves when the queue is empty and nothing is in hand", async () => {
  const { begun, handle, finish } = handwork();
  const worker = workerOf(queueOf("order 1", "order 2"), handle).start();
  const idle = worker.idle();
  const log = [await stateOf(idle)];
  finish("order 1");
  log.push(await stateOf(idle));
  finish("order 2");
  await idle;
  assert.deepEqual(
    { log, begun: begun.length },
    { log: ["waiting", "waiting"], begun: 2 },
  );
});

test("step 4 · closing the queue does no harm to a worker that waits for a job", async () => {
  const queue = new EventQueue<string>();
  const worker = workerOf(queue, () => {}).start();
  await quiet();
  queue.close();
  const idle = await stateOf(worker.idle());
  assert.deepEqual({ idle }, { idle: "resolved" });
});

test("step 4 · idle knows of a job that was put in just now", async () => {
  const queue = new EventQueue<string>();
  const { handle, finish } = handwork();
  const worker = workerOf(queue, handle).start();
  await quiet();
  queue.put("order 1");
  const idle = worker.idle();
  const before = await stateOf(idle);
  finish("order 1");
  const after = await stateOf(idle);
  assert.deepEqual({ before, after }, { before: "waiting", after: "resolved" });
});

test("step 4 · a worker with nothing to do is idle at once", async () => {
  const worker = workerOf(new EventQueue<string>(), () => {}).start();
  const state = await stateOf(worker.idle());
  assert.deepEqual({ state }, { state: "resolved" });
});

test("step 4 · a closed queue is emptied as well", async () => {
  const queue = queueOf("order 1", "order 2");
  queue.close();
  const handled: string[] = [];
  const worker = workerOf(queue, (job) => handled.push(job)).start();
  await worker.idle();
  assert.deepEqual(handled, ["order 1", "order 2"]);
});

// Step 5 · A time limit

test("step 5 · a handler that never settles is given up when its time is over", async () => {
  const time = new SimulatedTime();
  const handled: string[] = [];
  const worker = workerOf(
    queueOf("stuck", "order 2"),
    (job) => {
      if (job === "stuck") return new Promise(() => {});
      handled.push(job);
    },
    { timeLimit: 1_000, timers: time },
  ).start();
  await time.pass(999);
  const before = handled.length;
  await time.pass(1);
  assert.deepEqual({ before, handled }, { before: 0, handled: ["order 2"] });
  const [letter] = worker.deadLetters;
  assert.deepEqual(
    { job: letter?.job, attempts: letter?.attempts },
    { job: "stuck", attempts: 1 },
  );
  assert.deepEqual(
    { timeLimitExceeded: letter?.error instanceof TimeLimitExceeded },
    { timeLimitExceeded: true },
  );
});

test("step 5 · a handler that is in time is left alone, and no timer stays behind", async () => {
  const time = new SimulatedTime();
  const handled: string[] = [];
  const worker = workerOf(
    queueOf("order 1", "order 2"),
    async (job) => {
      await time.wait(900);
      handled.push(job);
    },
    { timeLimit: 1_000, timers: time },
  ).start();
  await time.pass(1_800);
  const pending = time.pending;
  await time.pass(5_000);
  assert.deepEqual({ handled, pending }, { handled: ["order 1", "order 2"], pending: 0 });
  assert.deepEqual(worker.deadLetters, []);
});

test("step 5 · a handler that fails in time leaves no timer behind", async () => {
  const time = new SimulatedTime();
  const worker = workerOf(
    queueOf("order 1"),
    () => Promise.reject(new Error("mail server down")),
    { timeLimit: 1_000, timers: time },
  ).start();
  await until(() => worker.deadLetters.length === 1);
  assert.deepEqual({ timers: time.pending }, { timers: 0 });
  assert.deepEqual(summary(worker.deadLetters), [
    "order 1: mail server down, attempts: 1",
  ]);
});

test("step 5 · the signal tells the handler that its time is over, and not before", async () => {
  const time = new SimulatedTime();
  const signals: AbortSignal[] = [];
  workerOf(
    queueOf("stuck"),
    (_job, { signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    },
    { timeLimit: 1_000, timers: time },
  ).start();
  await time.pass(999);
  const before = signals.map(({ aborted }) => aborted);
  await time.pass(1);
  const after = signals.map(({ aborted }) => aborted);
  assert.deepEqual({ before, after }, { before: [false], after: [true] });
});

test("step 5 · a handler that ends too late changes nothing any more", async () => {
  const time = new SimulatedTime();
  const { begun, handle, finish, fail } = handwork();
  const jobs = ["too late", "too late to fail", "order 3", "order 4", "order 5"];
  const worker = workerOf(queueOf(...jobs), handle, { timeLimit: 1_000, timers: time });
  worker.start();
  await time.pass(1_000);
  await time.pass(1_000);
  const before = [...begun];
  finish("too late");
  fail("too late to fail", new Error("nobody is listening"));
  await quiet();
  assert.deepEqual(
    { before, begun },
    { before: jobs.slice(0, 3), begun: jobs.slice(0, 3) },
  );
  assert.deepEqual(
    worker.deadLetters.map(({ job }) => job),
    ["too late", "too late to fail"],
  );
});

// Step 6 · Try again, later

test("step 6 · a job that failed is tried again, after a delay", async () => {
  const time = new SimulatedTime();
  const attempts: string[] = [];
  const worker = new Worker(
    queueOf("order 1"),
    (_job, { number }: Attempt) => {
      attempts.push(`attempt ${number}`);
      if (number < 3) throw new Error("mail server down");
    },
    { firstDelay: 100, random: () => 0.5, timers: time },
  ).start();
  await quiet();
  const atOnce = [...attempts];
  await time.passUntil(worker.idle());
  assert.deepEqual(atOnce, ["attempt 1"]);
  assert.deepEqual(attempts, ["attempt 1", "attempt 2", "attempt 3"]);
  assert.deepEqual(worker.deadLetters, []);
});

test("step 6 · retryDelay doubles with each failure, and has an upper limit", () => {
  const delays = [1, 2, 3, 4, 5, 6].map((failures) =>
    retryDelay(failures, { firstDelay: 100, maxDelay: 1_000, random: () => 0 }),
  );
  const first = delays[0] ?? 0;
  assert.deepEqual({ from50To100: first >= 50 && first <= 100 }, { from50To100: true });
  assert.deepEqual(
    delays.map((delay) => Math.round((10 * delay) / first)),
    [10, 20, 40, 80, 100, 100],
  );
});

test("step 6 · a random part of the delay, at most half, is left out", () => {
  const delays = [0, 0.25, 0.5, 0.75, 0.999].map((chance) =>
    retryDelay(3, { firstDelay: 100, maxDelay: 1_000, random: () => chance }),
  );
  const outside = delays.filter((delay) => delay < 200 || delay > 400);
  assert.deepEqual(outside, []);
  assert.deepEqual({ differentDelays: new Set(delays).size }, { differentDelays: 5 });
  assert.deepEqual(
    { spread: Math.max(...delays) - Math.min(...delays) > 190 },
    { spread: true },
  );
});

test("step 6 · without options the first delay is 50 to 100 ms, the longest 15 to 30 s", () => {
  const [first = 0, longest = 0] = [1, 100].map((failures) => retryDelay(failures));
  assert.deepEqual(
    { firstAtLeast50: first >= 50, firstAtMost100: first <= 100 },
    { firstAtLeast50: true, firstAtMost100: true },
  );
  assert.deepEqual(
    { longestAtLeast15000: longest >= 15_000, longestAtMost30000: longest <= 30_000 },
    { longestAtLeast15000: true, longestAtMost30000: true },
  );
});

test("step 6 · the worker waits as long as retryDelay says", async () => {
  const time = new SimulatedTime();
  const options = { firstDelay: 100, maxDelay: 250, random: () => 0.5 };
  const moments: number[] = [];
  const worker = new Worker(
    queueOf("order 1"),
    () => {
      moments.push(time.now());
      throw new Error("mail server down");
    },
    { ...options, attempts: 4, timers: time },
  ).start();
  await time.passUntil(worker.idle());
  const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
  const expected = [1, 2, 3].map((failures) => retryDelay(failures, options));
  assert.deepEqual(gaps, expected);
});

test("step 6 · while a job waits for its retry, others get their turn", async () => {
  const time = new SimulatedTime();
  const log: string[] = [];
  const worker = new Worker(
    queueOf("broken", "order 2", "order 3"),
    async (job, { number }: Attempt) => {
      log.push(job);
      if (job === "broken" && number === 1) throw new Error("mail server down");
    },
    { timers: time },
  ).start();
  await time.passUntil(worker.idle());
  assert.deepEqual(log, ["broken", "order 2", "order 3", "broken"]);
});

test("step 6 · a retry waits for a free hand like every other job", async () => {
  const time = new SimulatedTime();
  const { begun, handle, finish } = handwork();
  const worker = new Worker(
    queueOf("broken", "order 2"),
    (job, { number }: Attempt) => {
      if (job === "broken" && number === 1) throw new Error("mail server down");
      return handle(job);
    },
    { timeLimit: Infinity, timers: time },
  ).start();
  await time.pass(60_000);
  const before = [...begun];
  finish("order 2");
  await until(() => begun.length === 2);
  finish("broken");
  await worker.idle();
  assert.deepEqual(
    { before, begun },
    { before: ["order 2"], begun: ["order 2", "broken"] },
  );
});

test("step 6 · a job is given up after so many attempts, with its last error", async () => {
  const time = new SimulatedTime();
  const dead: string[] = [];
  const worker = new Worker(
    queueOf("order 1"),
    (_job, { number }: Attempt) => {
      throw new Error(`mail server down, ${number}`);
    },
    {
      attempts: 3,
      timers: time,
      onDead: (letter) => dead.push(...summary([letter])),
    },
  ).start();
  await time.passUntil(worker.idle());
  assert.deepEqual(summary(worker.deadLetters), [
    "order 1: mail server down, 3, attempts: 3",
  ]);
  assert.deepEqual(dead, summary(worker.deadLetters));
});

test("step 6 · without options a job is tried five times", async () => {
  const time = new SimulatedTime();
  const worker = new Worker(
    queueOf("order 1"),
    () => Promise.reject(new Error("mail server down")),
    { timers: time },
  ).start();
  await time.passUntil(worker.idle());
  assert.deepEqual(
    worker.deadLetters.map(({ attempts }) => attempts),
    [5],
  );
});

test("step 6 · an attempt that ran out of time is tried again, with a new signal", async () => {
  const time = new SimulatedTime();
  const aborted: boolean[] = [];
  const worker = new Worker(
    queueOf("stuck"),
    (_job, { number, signal }: Attempt) => {
      aborted.push(signal.aborted);
      return number === 1 ? new Promise(() => {}) : undefined;
    },
    { timeLimit: 1_000, timers: time },
  ).start();
  await time.passUntil(worker.idle());
  assert.deepEqual(aborted, [false, false]);
  assert.deepEqual(
    { deadLetters: worker.deadLetters.length, timers: time.pending },
    { deadLetters: 0, timers: 0 },
  );
});

test("step 6 · onRetry is told of a failure and of what comes next", async () => {
  const time = new SimulatedTime();
  const told: Retry<string>[] = [];
  const error = new Error("mail server down");
  const worker = new Worker(
    queueOf("order 1"),
    (_job, { number }: Attempt) => {
      if (number === 1) throw error;
    },
    {
      firstDelay: 100,
      random: () => 0.5,
      timers: time,
      onRetry: (retry) => told.push(retry),
    },
  ).start();
  await time.passUntil(worker.idle());
  assert.deepEqual(told, [
    {
      job: "order 1",
      error,
      attempts: 1,
      delay: retryDelay(1, { firstDelay: 100, random: () => 0.5 }),
    },
  ]);
});

test("step 6 · idle waits for jobs that will be tried again", async () => {
  const time = new SimulatedTime();
  const worker = new Worker(
    queueOf("order 1"),
    (_job, { number }: Attempt) => {
      if (number === 1) throw new Error("mail server down");
    },
    { timers: time },
  ).start();
  await quiet();
  const idle = worker.idle();
  const before = await stateOf(idle);
  await time.passUntil(idle);
  const after = await stateOf(idle);
  assert.deepEqual({ before, after }, { before: "waiting", after: "resolved" });
});

test("step 6 · a dead letter that is put back is tried anew", async () => {
  const time = new SimulatedTime();
  const attempts: number[] = [];
  let broken = true;
  const worker = new Worker(
    queueOf("order 1"),
    (_job, { number }: Attempt) => {
      attempts.push(number);
      if (broken) throw new Error("mail server down");
    },
    { attempts: 2, timers: time },
  ).start();
  await time.passUntil(worker.idle());
  broken = false;
  const [letter] = worker.deadLetters;
  const answers = letter && [worker.putBack(letter), worker.putBack(letter)];
  await time.passUntil(worker.idle());
  assert.deepEqual(attempts, [1, 2, 1]);
  assert.deepEqual(answers, [true, false]);
  assert.deepEqual(worker.deadLetters, []);
});

test("step 6 · putting one dead letter back leaves the others where they are", async () => {
  const time = new SimulatedTime();
  let broken = true;
  const worker = new Worker(
    queueOf("order 1", "order 2", "order 3"),
    () => {
      if (broken) throw new Error("mail server down");
    },
    { attempts: 1, timers: time },
  ).start();
  await worker.idle();
  broken = false;
  const letter = worker.deadLetters[1];
  if (letter) worker.putBack(letter);
  await worker.idle();
  assert.deepEqual(
    worker.deadLetters.map(({ job }) => job),
    ["order 1", "order 3"],
  );
});

test("step 6 · all dead letters can be put back in one loop over them", async () => {
  const handled: string[] = [];
  let broken = true;
  const worker = new Worker(
    queueOf("order 1", "order 2", "order 3", "order 4"),
    (job) => {
      if (broken) throw new Error("mail server down");
      handled.push(job);
    },
    { attempts: 1, timers: new SimulatedTime() },
  ).start();
  await worker.idle();
  broken = false;
  for (const letter of worker.deadLetters) worker.putBack(letter);
  await worker.idle();
  assert.deepEqual(handled, ["order 1", "order 2", "order 3", "order 4"]);
  assert.deepEqual(worker.deadLetters, []);
});

// Step 7 · Stop gracefully

test("step 7 · stop waits for the job in hand and takes no other", async () => {
  const { begun, handle, finish } = handwork();
  const queue = queueOf("order 1", "order 2");
  const worker = new Worker(queue, handle, { timers: new SimulatedTime() }).start();
  await quiet();
  const stopping = worker.stop();
  const before = await stateOf(stopping);
  finish("order 1");
  const after = await stateOf(stopping);
  assert.deepEqual({ before, after }, { before: "waiting", after: "resolved" });
  assert.deepEqual(
    { begun, waiting: drain(queue) },
    { begun: ["order 1"], waiting: ["order 2"] },
  );
});

test("step 7 · stop waits for all jobs in hand", async () => {
  const { handle, finish } = handwork();
  const worker = new Worker(queueOf("order 1", "order 2"), handle, {
    concurrency: 2,
    timers: new SimulatedTime(),
  }).start();
  await quiet();
  const stopping = worker.stop();
  finish("order 2");
  const before = await stateOf(stopping);
  finish("order 1");
  const after = await stateOf(stopping);
  assert.deepEqual({ before, after }, { before: "waiting", after: "resolved" });
});

test("step 7 · a job that waits for its retry goes back into the queue", async () => {
  const time = new SimulatedTime();
  const queue = queueOf("order 1");
  const worker = new Worker(
    queue,
    () => {
      throw new Error("mail server down");
    },
    { timers: time },
  ).start();
  await quiet();
  await worker.stop();
  assert.deepEqual({ timers: time.pending }, { timers: 0 });
  assert.deepEqual(drain(queue), ["order 1"]);
});

test("step 7 · a job whose delay is over, but which found no free hand, goes back too", async () => {
  const time = new SimulatedTime();
  const { handle, finish } = handwork();
  const queue = queueOf("broken", "order 2");
  const worker = new Worker(
    queue,
    (job) => {
      if (job === "broken") throw new Error("mail server down");
      return handle(job);
    },
    { timeLimit: Infinity, timers: time },
  ).start();
  await time.pass(60_000);
  const stopping = worker.stop();
  finish("order 2");
  await stopping;
  assert.deepEqual(drain(queue), ["broken"]);
});

test("step 7 · a job that fails while the worker stops goes back into the queue", async () => {
  const time = new SimulatedTime();
  const { handle, fail } = handwork();
  const queue = queueOf("order 1");
  const worker = new Worker(queue, handle, { timers: time }).start();
  await quiet();
  const stopping = worker.stop();
  fail("order 1", new Error("mail server down"));
  await stopping;
  assert.deepEqual({ timers: time.pending }, { timers: 0 });
  assert.deepEqual(drain(queue), ["order 1"]);
});

test("step 7 · jobs go back even into a queue that is full and closed", async () => {
  const time = new SimulatedTime();
  const queue = new EventQueue<string>({ capacity: 1 });
  await queue.put("order 1");
  const worker = new Worker(
    queue,
    () => {
      throw new Error("mail server down");
    },
    { timers: time },
  ).start();
  await quiet();
  await worker.stop();
  queue.close();
  worker.start();
  await quiet();
  await worker.stop();
  assert.deepEqual(drain(queue), ["order 1"]);
});

test("step 7 · a stopped worker leaves new jobs for others", async () => {
  const handled: string[] = [];
  const queue = queueOf("order 1");
  const worker = new Worker(queue, (job) => handled.push(job)).start();
  await worker.idle();
  await worker.stop();
  queue.put("order 2");
  await quiet();
  assert.deepEqual(
    { handled, waiting: drain(queue) },
    { handled: ["order 1"], waiting: ["order 2"] },
  );
});

test("step 7 · after a stop, start goes on where the worker left off", async () => {
  const { begun, handle, finish } = handwork();
  const worker = new Worker(queueOf("order 1", "order 2"), handle, {
    timers: new SimulatedTime(),
  }).start();
  await quiet();
  const stopping = worker.stop();
  finish("order 1");
  await stopping;
  worker.start();
  await until(() => begun.length === 2);
  finish("order 2");
  await worker.idle();
  assert.deepEqual(begun, ["order 1", "order 2"]);
});

// Step 8 · A bus that does not wait

function queuedShop(options: QueuedBusOptions = {}) {
  return new QueuedBus(new EventBus<ShopEvents>(), { onError: () => {}, ...options });
}

test("step 8 · emit returns before any listener is called", async () => {
  const bus = queuedShop();
  const log: string[] = [];
  bus.subscribe("order.created", () => log.push("email sent"));
  bus.emit("order.created", { orderId: 15 });
  log.push("emit has returned");
  await bus.flush();
  assert.deepEqual(log, ["emit has returned", "email sent"]);
});

test("step 8 · a listener is called with the data and the event", async () => {
  const bus = queuedShop();
  const calls: unknown[][] = [];
  bus.subscribe("order.created", (...call) => calls.push(call));
  const event = bus.emit("order.created", { orderId: 15 });
  await bus.flush();
  assert.deepEqual({ calls: calls.length }, { calls: 1 });
  assert.equal(calls[0]?.[0], event.data);
  assert.equal(calls[0]?.[1], event);
});

test("step 8 · listeners hear the names that match their pattern, in order", async () => {
  const bus = queuedShop();
  const log: string[] = [];
  const hear = (name: string) => (_data: unknown, event: BusEvent) => {
    log.push(`${name}: ${event.name}`);
  };
  bus.subscribe("order.*", hear("analytics"));
  bus.subscribe("order.paid", hear("sms"));
  bus.emit("order.created", { orderId: 15 });
  bus.emit("order.paid", { orderId: 15 });
  await bus.flush();
  assert.deepEqual(log, [
    "analytics: order.created",
    "analytics: order.paid",
    "sms: order.paid",
  ]);
});

test("step 8 · a retry repeats only the listener that failed", async () => {
  const time = new SimulatedTime();
  const bus = queuedShop({ timers: time });
  const log: string[] = [];
  let failures = 0;
  bus.subscribe("order.created", () => {
    if (failures++ < 2) throw new Error("mail server down");
    log.push("email sent");
  });
  bus.subscribe("order.created", () => log.push("order counted"));
  bus.emit("order.created", { orderId: 15 });
  await time.passUntil(bus.flush());
  assert.deepEqual(log, ["order counted", "email sent"]);
});

test("step 8 · what a listener cannot do in the end is kept: the event, the pattern, the error", async () => {
  const time = new SimulatedTime();
  const told: string[] = [];
  const bus = queuedShop({
    attempts: 2,
    timers: time,
    onError: (error, event, pattern) => {
      told.push(`${pattern} at ${event.name}: ${(error as Error).message}`);
    },
  });
  bus.subscribe("order.*", () => {
    throw new Error("mail server down");
  });
  const event = bus.emit("order.created", { orderId: 15 });
  await time.passUntil(bus.flush());
  assert.deepEqual(told, ["order.* at order.created: mail server down"]);
  const [letter] = bus.deadLetters;
  assert.deepEqual(
    { pattern: letter?.job.pattern, attempts: letter?.attempts },
    { pattern: "order.*", attempts: 2 },
  );
  assert.equal(letter?.job.event, event);
});

test("step 8 · a dead letter that is put back reaches its listener alone", async () => {
  const time = new SimulatedTime();
  const bus = queuedShop({ attempts: 1, timers: time });
  const log: string[] = [];
  let broken = true;
  bus.subscribe("order.created", () => {
    if (broken) throw new Error("mail server down");
    log.push("email sent");
  });
  bus.subscribe("order.created", () => log.push("order counted"));
  bus.emit("order.created", { orderId: 15 });
  await bus.flush();
  broken = false;
  for (const letter of bus.deadLetters) bus.putBack(letter);
  await bus.flush();
  assert.deepEqual(log, ["order counted", "email sent"]);
});

test("step 8 · after unsubscribe a listener hears no later event", async () => {
  const bus = queuedShop();
  const log: number[] = [];
  const listener = ({ orderId }: { orderId: number }) => log.push(orderId);
  bus.subscribe("order.created", listener);
  bus.emit("order.created", { orderId: 1 });
  await bus.flush();
  const answers = [
    bus.unsubscribe("order.created", listener),
    bus.unsubscribe("order.created", listener),
  ];
  bus.emit("order.created", { orderId: 2 });
  await bus.flush();
  assert.deepEqual({ log, answers }, { log: [1], answers: [true, false] });
});

test("step 8 · a listener that unsubscribed can subscribe again", async () => {
  const bus = queuedShop();
  const log: number[] = [];
  const listener = ({ orderId }: { orderId: number }) => log.push(orderId);
  bus.subscribe("order.created", listener);
  bus.unsubscribe("order.created", listener);
  bus.subscribe("order.created", listener);
  bus.emit("order.created", { orderId: 1 });
  await bus.flush();
  assert.deepEqual(log, [1]);
});

test("step 8 · the function that subscribe returns unsubscribes", async () => {
  const bus = queuedShop();
  const log: number[] = [];
  const unsubscribe = bus.subscribe("order.created", ({ orderId }) => log.push(orderId));
  const answers = [unsubscribe(), unsubscribe()];
  bus.emit("order.created", { orderId: 1 });
  await bus.flush();
  assert.deepEqual({ log, answers }, { log: [], answers: [true, false] });
});

test("step 8 · the same listener under the same pattern counts once, under two patterns twice", async () => {
  const bus = queuedShop();
  const log: string[] = [];
  const listener = (_data: unknown, event: BusEvent) => log.push(event.name);
  bus.subscribe("order.paid", listener);
  bus.subscribe("order.paid", listener);
  bus.emit("order.paid", { orderId: 1 });
  await bus.flush();
  const under = log.length;
  bus.subscribe("order.*", listener);
  bus.unsubscribe("order.paid", listener);
  bus.emit("order.paid", { orderId: 2 });
  await bus.flush();
  assert.deepEqual({ under, calls: log.length }, { under: 1, calls: 2 });
});

test("step 8 · an event from elsewhere reaches the listeners unchanged, and is no history", async () => {
  const bus = queuedShop();
  const heard: BusEvent[] = [];
  bus.subscribe("order.created", (_data, event) => heard.push(event));
  const event = Object.freeze({
    id: "from-yesterday",
    name: "order.created" as const,
    data: { orderId: 15 },
    timestamp: 1_000,
    replayed: true as const,
  });
  bus.deliver(event);
  bus.emit("order.created", { orderId: 16 });
  await bus.flush();
  assert.equal(heard[0], event);
  assert.deepEqual(
    bus.history.map(({ data }) => data),
    [{ orderId: 16 }],
  );
});

test("step 8 · stop leaves events in the queue, and start goes on with them", async () => {
  const bus = queuedShop();
  const log: number[] = [];
  bus.subscribe("order.created", ({ orderId }) => log.push(orderId));
  await bus.stop();
  bus.emit("order.created", { orderId: 1 });
  await quiet();
  const before = [log.length, bus.waiting];
  bus.start();
  await bus.flush();
  assert.deepEqual({ before, log }, { before: [0, 1], log: [1] });
});

test("step 8 · flush waits for a bus behind it that stores its events", async () => {
  const log: string[] = [];
  class SlowDisk extends EventBus<ShopEvents> {
    async flush() {
      await quiet();
      log.push("stored");
    }
  }
  const bus = new QueuedBus(new SlowDisk());
  bus.subscribe("order.created", () => log.push("handled"));
  bus.emit("order.created", { orderId: 1 });
  await bus.flush();
  assert.deepEqual(log.sort(), ["handled", "stored"]);
});

test("step 8 · flush waits for what a bus behind it brings while it is flushed", async () => {
  const log: string[] = [];
  class LateBus extends EventBus<ShopEvents> {
    async flush() {
      await quiet();
      if (this.history.length === 0) this.emit("order.created", { orderId: 1 });
    }
  }
  const bus = new QueuedBus(new LateBus());
  bus.subscribe("order.created", async () => {
    await quiet();
    log.push("handled");
  });
  await bus.flush();
  assert.deepEqual({ whenFlushed: [...log] }, { whenFlushed: ["handled"] });
});

test("step 8 · a listener that is no function is refused at once", () => {
  const bus = queuedShop();
  const mistake = "sendEmail" as unknown as () => void;
  assert.throws(() => bus.subscribe("order.created", mistake), TypeError);
});
