import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { anyDay } from "./any-day.ts";
import { drain, stateOf } from "./desk.ts";

test("step 3 · `putBack` adds an item at the end, even when the queue is full or closed", async () => {
  const queue = new EventQueue<string>({ capacity: 1 });
  await queue.put("order 1");
  const putting = queue.put("order 2");
  queue.putBack("order 3");
  const sizes = [queue.size];
  queue.tryTake();
  sizes.push(queue.size);
  const stillTooMany = await stateOf(putting);
  queue.tryTake();
  const room = await stateOf(putting);
  queue.close();
  queue.putBack("order 4");
  assert.deepEqual(
    { sizes, stillTooMany, room, left: drain(queue) },
    {
      sizes: [2, 1],
      stillTooMany: "waiting",
      room: "resolved",
      left: ["order 2", "order 4"],
    },
  );
  const empty = new EventQueue<string>();
  const [taking, ready] = [empty.take(), empty.ready()];
  empty.putBack("order 5");
  empty.putBack("order 6");
  const states = { take: await stateOf(taking), ready: await stateOf(ready) };
  assert.deepEqual(states, { take: "resolved", ready: "resolved" });
});

test("step 3 · `put` into a full queue waits until there is room", async () => {
  const queue = new EventQueue<string>({ capacity: 2 });
  queue.put("order 1");
  queue.put("order 2");
  const putting = queue.put("order 3");
  const before = { state: await stateOf(putting), size: queue.size };
  queue.tryTake();
  const after = { state: await stateOf(putting), size: queue.size };
  assert.deepEqual(
    { before, after },
    { before: { state: "waiting", size: 2 }, after: { state: "resolved", size: 2 } },
  );
});

test("step 3 · `close` rejects with `QueueClosed` for all who wait in `put` and `take`", async () => {
  const empty = new EventQueue<string>();
  const taking = [empty.take(), empty.take()];
  empty.close();
  // Nobody waits in take now: an item that is put back is there for the next one.
  empty.putBack("order 1");
  const full = new EventQueue<string>({ capacity: 1 });
  full.put("order 2");
  const putting = [full.put("order 3"), full.put("order 4")];
  full.close();
  const states = await Promise.all([...taking, ...putting].map(stateOf));
  assert.deepEqual(
    { states, left: [drain(empty), drain(full)] },
    { states: Array(4).fill("QueueClosed"), left: [["order 1"], ["order 2"]] },
  );
});

anyDay(3, "producers", "tryPut", "closed", "left");
