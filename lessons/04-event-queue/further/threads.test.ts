import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#bus/event-queue";
import type { Handler } from "#bus/queue-contract";
import { Worker } from "#bus/worker";
import type { FragileJob } from "./fragile-handler.ts";
import { handle, type Invoice } from "./seal-invoice.ts";
import { ThreadDied, Threads } from "./threads.ts";

const fragile = new URL("./fragile-handler.ts", import.meta.url);
const sealing = new URL("./seal-invoice.ts", import.meta.url);

test("a thread returns what its handler returns", async (t) => {
  const threads = new Threads<Invoice, string>(sealing);
  t.after(() => threads.close());
  const invoice = { orderId: 15, total: 90_00, rounds: 10 };
  assert.equal(await threads.run(invoice), handle(invoice));
  assert.equal(await threads.run(invoice), handle(invoice));
  assert.equal(threads.size, 1);
});

test("what a handler throws or rejects with comes back, and the thread lives on", async (t) => {
  const threads = new Threads<FragileJob, string>(fragile);
  t.after(() => threads.close());
  await assert.rejects(threads.run({ id: 1, fate: "throws" }), /job 1 cannot be done/);
  await assert.rejects(threads.run({ id: 2, fate: "rejects" }), TypeError);
  assert.equal(await threads.run({ id: 3, fate: "works" }), "job 3 done");
  assert.equal(threads.size, 1);
});

test("a thread that dies fails its job, and the next job gets a new one", async (t) => {
  const threads = new Threads<FragileJob, string>(fragile);
  t.after(() => threads.close());
  await assert.rejects(threads.run({ id: 1, fate: "exits" }), ThreadDied);
  assert.equal(threads.size, 0);
  await assert.rejects(threads.run({ id: 2, fate: "crashes" }), (error) => {
    assert.ok(error instanceof ThreadDied);
    assert.match(String(error.cause), /job 2 pulls everything down/);
    return true;
  });
  assert.equal(await threads.run({ id: 3, fate: "works" }), "job 3 done");
});

test("a handler that never pauses is ended by the signal", async (t) => {
  const threads = new Threads<FragileJob, string>(fragile);
  t.after(() => threads.close());
  const timeLimit = new AbortController();
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const running = threads.run({ id: 1, fate: "never ends", begun }, timeLimit.signal);
  while (Atomics.load(begun, 0) === 0)
    await new Promise((resolve) => setImmediate(resolve));
  timeLimit.abort();
  await assert.rejects(running, ThreadDied);
  assert.equal(threads.size, 0);
});

test("a job that cannot be copied is refused, and its thread is free again", async (t) => {
  const threads = new Threads<unknown, string>(fragile);
  t.after(() => threads.close());
  await assert.rejects(threads.run({ id: 1, fate: () => "works" }), {
    name: "DataCloneError",
  });
  assert.equal(await threads.run({ id: 2, fate: "works" }), "job 2 done");
  assert.equal(threads.size, 1);
});

test("threads keep dying, and no event is lost", async (t) => {
  const threads = new Threads<FragileJob, string>(fragile);
  t.after(() => threads.close());
  const queue = new EventQueue<number>();
  const done: string[] = [];
  let deaths = 0;
  // #region handler
  const handler: Handler<number> = async (id, { number, signal }) => {
    const fate = id % 4 === 0 && number === 1 ? "exits" : "works";
    done.push(await threads.run({ id, fate }, signal));
  };
  // #endregion
  const worker = new Worker(queue, handler, {
    concurrency: 2,
    firstDelay: 1,
    onRetry: ({ error }) => {
      if (error instanceof ThreadDied) deaths += 1;
    },
  }).start();
  const ids = Array.from({ length: 24 }, (_, id) => id);
  for (const id of ids) queue.put(id);
  await worker.idle();
  const byName = (one: string, other: string) => one.localeCompare(other);
  assert.equal(deaths, 6);
  assert.deepEqual(done.sort(byName), ids.map((id) => `job ${id} done`).sort(byName));
  assert.deepEqual(worker.deadLetters, []);
});

test("while a thread computes, the main loop goes on", async (t) => {
  const threads = new Threads<Invoice, string>(sealing);
  t.after(() => threads.close());
  await threads.run({ orderId: 1, total: 1, rounds: 1 });
  let turns = 0;
  let computing = true;
  const sealed = threads.run({ orderId: 15, total: 90_00, rounds: 50_000 }).then(() => {
    computing = false;
  });
  while (computing) {
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await sealed;
  assert.ok(turns > 10, `${turns} turns of the loop`);
});
