import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { anyDay } from "./any-day.ts";
import { handwork, queueOf, quiet, stateOf, workerOf } from "./desk.ts";

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

anyDay(4, "goesOn", "hands", "dead", "onDead", "onDeadFails", "anyJob");
