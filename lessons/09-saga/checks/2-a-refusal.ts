import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { askedAfter } from "./journal-day.ts";

test("step 2 · after a refusal, the steps before it are taken back in reverse, and then the saga is cancelled", () => {
  const asked = askedAfter("done", "refused", "done");
  assert.deepEqual(asked, [
    '"reserve the money" (step 1, forward), attempt 1',
    '"cancel the order" (step 0, back), attempt 1',
    "saga.cancelled",
  ]);
});

anyDay(2, "twiceBack");
