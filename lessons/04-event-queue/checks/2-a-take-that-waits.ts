import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import { queueOf } from "./desk.ts";
import { anyQueueDay } from "./queue-day.ts";

test("step 2 · `take` takes the oldest item, or waits for the next one, each in its turn", async () => {
  const queue = queueOf("order 1");
  const first = await queue.take();
  let second: unknown = "nothing";
  queue.take().then((item) => {
    second = item;
  });
  await quiet();
  const before = second;
  queue.put("order 2");
  await quiet();
  assert.deepEqual(
    { first, before, second },
    { first: "order 1", before: "nothing", second: "order 2" },
  );
});

anyQueueDay(2, "handed", "ready");
