import assert from "node:assert/strict";
import { test } from "node:test";
import { anyQueueDay } from "./any-day.ts";
import { queueOf, stateOf } from "./desk.ts";

test("step 2 · `take` takes the oldest item, or waits for the next one, each in its turn", async () => {
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

anyQueueDay(2, "handed", "ready");
