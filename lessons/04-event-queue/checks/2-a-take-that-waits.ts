import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { anyDay } from "./any-day.ts";
import { drain, queueOf, quiet, stateOf } from "./desk.ts";

test("step 2 · `take` takes the oldest item, or waits for the next one", async () => {
  const queue = queueOf("order 1");
  const first = await queue.take();
  const taking = queue.take();
  const before = await stateOf(taking);
  queue.put("order 2");
  const after = await stateOf(taking);
  assert.deepEqual(
    { first, before, after, second: await taking },
    { first: "order 1", before: "waiting", after: "resolved", second: "order 2" },
  );
});

test("step 2 · those who wait in `take` are served in order", async () => {
  const queue = new EventQueue<string>();
  const served: string[] = [];
  for (const name of ["Ann", "Bob", "Cem"]) {
    queue.take().then((item) => served.push(`${name}: ${item}`));
  }
  for (const item of ["order 1", "order 2", "order 3"]) queue.put(item);
  await quiet();
  assert.deepEqual(served, ["Ann: order 1", "Bob: order 2", "Cem: order 3"]);
});

test("step 2 · an item that somebody waits for in `take` never enters the queue", async () => {
  const queue = new EventQueue<string | undefined>();
  const taking = [queue.take(), queue.take()];
  queue.put(undefined);
  queue.tryPut("order 2");
  const size = queue.size;
  queue.put("order 3");
  const taken = await Promise.all(taking);
  assert.deepEqual(
    { size, taken, left: drain(queue) },
    { size: 0, taken: [undefined, "order 2"], left: ["order 3"] },
  );
});

test("step 2 · `ready` resolves when an item is waiting, for all who wait, and takes nothing", async () => {
  const queue = new EventQueue<string>();
  const [one, other] = [queue.ready(), queue.ready()];
  const before = [await stateOf(one), await stateOf(other)];
  queue.tryPut("order 1");
  const after = [await stateOf(one), await stateOf(other), await stateOf(queue.ready())];
  assert.deepEqual(
    { before, after, left: drain(queue) },
    {
      before: ["waiting", "waiting"],
      after: ["resolved", "resolved", "resolved"],
      left: ["order 1"],
    },
  );
  const again = queue.ready();
  const empty = await stateOf(again);
  queue.put("order 2");
  const full = await stateOf(again);
  assert.deepEqual({ empty, full }, { empty: "waiting", full: "resolved" });
});

anyDay(2);
