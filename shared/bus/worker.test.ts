import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EventQueue } from "#bus/event-queue";
import { TimeLimitExceeded } from "#bus/queue-contract";
import { retryDelay, Worker } from "#bus/worker";
import { SimulatedTime } from "#given/04-event-queue/simulated-time.ts";

/** How one attempt at a job goes. */
type Fate =
  | "done"
  | "done later"
  | "done too late"
  | "throws"
  | "rejects later"
  | "rejects too late"
  | "never ends";

/** In ms. */
const TIME_LIMIT = 1_000;

interface Job {
  id: number;
  /** What becomes of the first attempt, the second one …; after these, all goes well. */
  fates: readonly Fate[];
}

type Action = { put: readonly Fate[] } | "stop" | "start" | "put back" | "time passes";

const fate = fc.constantFrom<Fate>(
  "done",
  "done later",
  "done too late",
  "throws",
  "rejects later",
  "rejects too late",
  "never ends",
);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ put: fc.array(fate, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.constant<Action>("stop") },
  { weight: 2, arbitrary: fc.constant<Action>("start") },
  { weight: 1, arbitrary: fc.constant<Action>("put back") },
  { weight: 3, arbitrary: fc.constant<Action>("time passes") },
);
const plan = fc.record({
  actions: fc.array<Action>(action, { maxLength: 25 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  attempts: fc.integer({ min: 1, max: 3 }),
});

/** A worker and a shop that does things to it; keeps book of what the handlers did. */
async function play({
  actions,
  concurrency,
  attempts,
}: typeof plan extends fc.Arbitrary<infer Plan> ? Plan : never) {
  const time = new SimulatedTime();
  const queue = new EventQueue<Job>();
  const tries = new Map<number, number>();
  const finished: number[] = [];
  const running = new Set<symbol>();
  let mostRunning = 0;
  let ids = 0;

  const handle = async ({ id, fates }: Job, signal: AbortSignal) => {
    const attempt = tries.get(id) ?? 0;
    tries.set(id, attempt + 1);
    const how = fates[attempt] ?? "done";
    const me = Symbol(id);
    running.add(me);
    signal.addEventListener("abort", () => running.delete(me));
    mostRunning = Math.max(mostRunning, running.size);
    if (how === "never ends") await new Promise(() => {});
    if (how.endsWith("late")) await time.wait(TIME_LIMIT + 300);
    if (how.endsWith("later")) await time.wait(70);
    running.delete(me);
    if (how.startsWith("rejects") || how === "throws") throw how;
    // Nobody waits for it any more: the worker counts this attempt as failed, and so do we.
    if (signal.aborted) return;
    finished.push(id);
  };
  const worker = new Worker<Job>(queue, (job, { signal }) => handle(job, signal), {
    concurrency,
    attempts,
    timeLimit: TIME_LIMIT,
    timers: time,
  }).start();

  const stops: Promise<void>[] = [];
  for (const each of actions) {
    if (typeof each === "object") queue.put({ id: ++ids, fates: each.put });
    if (each === "stop") stops.push(worker.stop());
    if (each === "start") worker.start();
    if (each === "put back") putAllBack(worker);
    if (each === "time passes") await time.pass(90);
  }
  await time.passUntil(worker.stop());
  await Promise.all(stops);
  // What was given up still has to end.
  await time.pass(2 * TIME_LIMIT);
  return { time, queue, worker, finished, ids, mostRunning };
}

function putAllBack<T>(worker: Worker<T>): void {
  for (const letter of worker.deadLetters) worker.putBack(letter);
}

function allIds(ids: number): number[] {
  return Array.from({ length: ids }, (_, index) => index + 1);
}

test("whatever happens, a stop leaves each job finished, dead, or in the queue: once", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (plan) => {
      const { queue, worker, finished, ids, time } = await play(plan);
      const left: number[] = [];
      while (queue.size > 0) left.push((queue.tryTake() as Job).id);
      const dead = worker.deadLetters.map(({ job }) => job.id);
      const found = [...finished, ...left, ...dead].sort((one, other) => one - other);
      assert.deepEqual(found, allIds(ids));
      assert.equal(time.pending, 0);
    }),
  );
});

test("no handler that finished is run again, however often the worker stops and starts", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (plan) => {
      const { worker, finished, ids, time } = await play(plan);
      worker.start();
      await time.passUntil(worker.idle());
      while (worker.deadLetters.length > 0) {
        putAllBack(worker);
        await time.passUntil(worker.idle());
      }
      assert.deepEqual(
        finished.sort((one, other) => one - other),
        allIds(ids),
      );
    }),
  );
});

test("no more jobs are in hand than the worker has hands", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (plan) => {
      const { mostRunning } = await play(plan);
      assert.ok(mostRunning <= plan.concurrency);
    }),
  );
});

test("retryDelay stays between half of the doubled delay and all of it", () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), chance, (failures, random) => {
      const whole = Math.min(30_000, 100 * 2 ** (failures - 1));
      const delay = retryDelay(failures, { random: () => random });
      assert.ok(delay > whole / 2 - 1e-9 && delay <= whole);
    }),
  );
});

test("a hundred thousand jobs that are done at once let timers have their turn", async () => {
  const queue = new EventQueue<number>();
  for (let job = 0; job < 100_000; job++) queue.put(job);
  let handled = 0;
  const worker = new Worker(queue, () => {
    handled += 1;
  }).start();
  const when = await new Promise<number>((resolve) => {
    setTimeout(() => resolve(handled), 0);
  });
  await worker.idle();
  assert.ok(when < 100_000, `the timer went off after ${when} jobs`);
});

test("two workers share a queue, and neither handles the other's jobs", async () => {
  const queue = new EventQueue<number>();
  const handled: number[] = [];
  const handle = async (job: number) => {
    await new Promise((resolve) => setImmediate(resolve));
    handled.push(job);
  };
  const workers = [new Worker(queue, handle).start(), new Worker(queue, handle).start()];
  for (let job = 1; job <= 50; job++) queue.put(job);
  await Promise.all(workers.map((worker) => worker.idle()));
  assert.deepEqual(
    handled.sort((one, other) => one - other),
    allIds(50),
  );
});

test("a handler may return any thenable, even one that misbehaves", async () => {
  const queue = new EventQueue<number>();
  const time = new SimulatedTime();
  const thenables = [
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested
    { then: (resolve: () => void) => [resolve(), resolve()] },
    {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then: () => {
        throw new Error("no promise after all");
      },
    },
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested
    { then: () => {} },
  ];
  const worker = new Worker(queue, (job) => thenables[job], {
    attempts: 1,
    timeLimit: 1_000,
    timers: time,
  }).start();
  for (const job of thenables.keys()) queue.put(job);
  await time.passUntil(worker.idle());
  const errors = worker.deadLetters.map(({ error }) => error);
  assert.equal(errors.length, 2);
  assert.match(String(errors[0]), /no promise after all/);
  assert.ok(errors[1] instanceof TimeLimitExceeded);
});

test("options that make no sense are refused in a sentence", () => {
  const queue = new EventQueue<number>();
  const refused = [
    { concurrency: 0 },
    { attempts: 1.5 },
    { firstDelay: -1 },
    { maxDelay: Infinity },
    { timeLimit: 0 },
    { timeLimit: 2 ** 31 },
  ];
  for (const options of refused) {
    assert.throws(() => new Worker(queue, () => {}, options), RangeError);
  }
  assert.throws(() => new Worker(queue, "send" as unknown as () => void), TypeError);
});
