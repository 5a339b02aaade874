import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attempt, Handler, Queue, Retry, WorkerOptions } from "#bus/queue-contract";
import { retryDelay, Worker } from "#lesson/04-event-queue/worker.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { fail, handwork, queueOf, quiet, serverDown, stateOf, summary } from "./desk.ts";

/** A worker whose delays are 75, 150, 300 ms …, and its time. It is started in a moment. */
function patient<T>(queue: Queue<T>, handle: Handler<T>, options: WorkerOptions<T> = {}) {
  const time = new SimulatedTime();
  const timing = { timers: time, random: () => 0.5 };
  const worker = new Worker(queue, handle, { ...timing, ...options });
  queueMicrotask(() => worker.start());
  return { time, worker };
}

test("step 6 · `retryDelay` doubles with each failure, up to `maxDelay`", () => {
  const options = { firstDelay: 100, maxDelay: 1_000, random: () => 0 };
  const delays = [1, 2, 3, 4, 5, 6].map((failures) => retryDelay(failures, options));
  const many = [1_100, 1e6].map((failures) => retryDelay(failures, options));
  const none = [1, 1_100, 1e6].map((n) => retryDelay(n, { ...options, firstDelay: 0 }));
  const never = retryDelay(9, { ...options, maxDelay: 0 });
  const longer = retryDelay(41, { ...options, firstDelay: 1, maxDelay: 1e15 });
  assert.deepEqual(
    { delays, many, none, never, longer },
    {
      delays: [100, 200, 400, 800, 1_000, 1_000],
      many: [1_000, 1_000],
      none: [0, 0, 0],
      never: 0,
      longer: 2 ** 40,
    },
  );
});

test("step 6 · `retryDelay` leaves out half of the delay times `random()`, at `maxDelay` too", () => {
  const chances = [0, 0.25, 0.5, 0.75];
  const delays = [3, 99].map((failures) =>
    chances.map((chance) =>
      retryDelay(failures, { firstDelay: 100, maxDelay: 1_000, random: () => chance }),
    ),
  );
  assert.deepEqual(
    { third: delays[0], longest: delays[1] },
    { third: [400, 350, 300, 250], longest: [1_000, 875, 750, 625] },
  );
  const byDefault = Array.from({ length: 50 }, () => retryDelay(1));
  const inside = byDefault.every((delay) => delay > 50 && delay <= 100);
  const differ = new Set(byDefault).size > 1;
  assert.deepEqual({ inside, differ }, { inside: true, differ: true });
});

test("step 6 · a failed job is tried again after its delay, up to `attempts` times", async () => {
  const moments: Record<string, number[]> = { "order 1": [], "order 2": [] };
  const errors: Error[] = [];
  const chances = [0, 0.5];
  let throws = 0;
  const { time, worker } = patient(
    queueOf("order 1", "order 2"),
    (job, { number }: Attempt) => {
      moments[job]?.push(time.now());
      errors.push(new Error(`${job}, attempt ${number}`));
      throw errors.at(-1);
    },
    { attempts: 3, random: () => chances[throws++ % 2] ?? 0 },
  );
  await time.passUntil(worker.idle());
  assert.deepEqual(
    { moments, dead: summary(worker.deadLetters), last: worker.deadLetters[0]?.error },
    {
      moments: { "order 1": [0, 100, 250], "order 2": [0, 75, 275] },
      dead: [
        "order 1: order 1, attempt 3, attempts: 3",
        "order 2: order 2, attempt 3, attempts: 3",
      ],
      last: errors[4],
    },
  );
  const five = patient(queueOf("order 3"), fail);
  await five.time.passUntil(five.worker.idle());
  const stuck = patient(queueOf("stuck"), () => new Promise(() => {}), { attempts: 2 });
  await stuck.time.passUntil(stuck.worker.idle());
  let failures = 0;
  const after20 = () => failures++ < 20 && fail();
  const endless = patient(queueOf("order 4"), after20, { attempts: Infinity });
  await endless.time.passUntil(endless.worker.idle());
  assert.deepEqual(
    {
      byDefault: five.worker.deadLetters[0]?.attempts,
      stuckTwice: stuck.worker.deadLetters[0]?.attempts,
      endless: endless.worker.deadLetters.length,
    },
    { byDefault: 5, stuckTwice: 2, endless: 0 },
  );
});

test("step 6 · a job that waits for its delay is in no hand", async () => {
  const begun: string[] = [];
  const { time } = patient(queueOf("broken", "order 2", "order 3"), async (job) => {
    begun.push(job);
    if (begun.length === 1) fail();
  });
  await time.pass(74);
  const meanwhile = [...begun];
  await time.pass(1);
  assert.deepEqual(
    { meanwhile, begun },
    {
      meanwhile: ["broken", "order 2", "order 3"],
      begun: ["broken", "order 2", "order 3", "broken"],
    },
  );
});

test("step 6 · a job whose delay is over waits for a free hand, and goes before the queue", async () => {
  const { begun, handle, finish } = handwork();
  const work = (job: string, { number }: Attempt) =>
    job === "broken" && number === 1 ? fail() : handle(job);
  const jobs = queueOf("broken", "order 2", "order 3");
  const { time } = patient(jobs, work, { timeLimit: Infinity });
  await time.pass(60_000);
  const before = [...begun];
  finish("order 2");
  await quiet();
  assert.deepEqual(
    { before, begun },
    { before: ["order 2"], begun: ["order 2", "broken"] },
  );
});

test("step 6 · `onRetry` is called with job, error, attempts and delay, and may itself fail", async (t) => {
  t.mock.method(console, "error", () => {});
  for (const way of [() => {}, fail, () => Promise.reject(serverDown)]) {
    const calls: Retry<string>[] = [];
    const onRetry = (retry: Retry<string>) => {
      calls.push(retry);
      return way();
    };
    let handled = 0;
    const work = (_job: string, { number }: Attempt) => {
      if (number < 3) throw serverDown;
      handled += 1;
    };
    const { time, worker } = patient(queueOf("order 1"), work, { onRetry });
    await time.passUntil(worker.idle());
    const told = calls.map(({ job, error, attempts, delay }) => ({
      ...{ job, isRight: error === serverDown, attempts, delay },
    }));
    assert.deepEqual(
      { handled, told },
      {
        handled: 1,
        told: [
          { job: "order 1", isRight: true, attempts: 1, delay: 75 },
          { job: "order 1", isRight: true, attempts: 2, delay: 150 },
        ],
      },
    );
  }
});

test("step 6 · `idle` waits for jobs that wait for their delay", async () => {
  const work = (_job: string, { number }: Attempt) => (number === 1 ? fail() : undefined);
  const { time, worker } = patient(queueOf("order 1"), work);
  await quiet();
  const idle = worker.idle();
  const before = await stateOf(idle);
  await time.pass(75);
  assert.deepEqual(
    { before, after: await stateOf(idle) },
    { before: "waiting", after: "resolved" },
  );
});

test("step 6 · `putBack` begins a dead letter's job anew, once, also inside `onDead`", async () => {
  const numbers: string[] = [];
  let broken = true;
  const work = (job: string, { number }: Attempt) => {
    numbers.push(`${job}, attempt ${number}`);
    if (broken) throw serverDown;
  };
  const jobs = ["order 1", "order 2", "order 3"];
  const { time, worker } = patient(queueOf(...jobs), work, { attempts: 2 });
  await time.passUntil(worker.idle());
  broken = false;
  numbers.length = 0;
  const { deadLetters } = worker;
  const [first] = deadLetters;
  const answers = first && [worker.putBack(first), worker.putBack(first)];
  const left = worker.deadLetters.map(({ job }) => job);
  for (const letter of deadLetters) worker.putBack(letter);
  await time.passUntil(worker.idle());
  assert.deepEqual(
    { answers, left, numbers, dead: worker.deadLetters.length },
    {
      answers: [true, false],
      left: ["order 2", "order 3"],
      numbers: jobs.map((job) => `${job}, attempt 1`),
      dead: 0,
    },
  );
  // So often that calls inside calls would fill the stack.
  let failures = 20_000;
  const stubborn = () => {
    if (failures-- > 0) throw serverDown;
  };
  const options: WorkerOptions<string> = { attempts: 1 };
  options.onDead = (letter) => other.worker.putBack(letter);
  const other = patient(queueOf("order 4"), stubborn, options);
  await other.time.passUntil(other.worker.idle());
  const dead = other.worker.deadLetters.length;
  assert.deepEqual({ failures, dead }, { failures: -1, dead: 0 });
});

anyDay(6);
