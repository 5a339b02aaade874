import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { askedAfter } from "./journal-day.ts";

test("step 2 · after a refusal, what was done before is taken back in reverse, and then the saga is cancelled", () => {
  const asked = askedAfter("done", "refused", "done");
  assert.deepEqual(asked, [
    '"reserve the money" (step 1, forward), attempt 1',
    '"cancel the order" (step 0, back), attempt 1',
    "saga.cancelled",
  ]);
});

test("step 2 · a step that was refused is not taken back itself", () => {
  assert.deepEqual(askedAfter("refused"), ["saga.cancelled"]);
});

anyDay(2, "twiceBack");
