import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { askedAfter } from "./journal-day.ts";

test("step 3 · a step without an answer is asked for again, as often as it has attempts, and then taken back first, be it the pivot", () => {
  const silence = ["unanswered", "unanswered", "unanswered"];
  assert.deepEqual(askedAfter("done", "done", ...silence, "done").slice(1), [
    '"confirm the order" (step 2, forward), attempt 1',
    '"confirm the order" (step 2, forward), attempt 2',
    '"confirm the order" (step 2, forward), attempt 3',
    '"withdraw the confirmation" (step 2, back), attempt 1',
    '"release the money" (step 1, back), attempt 1',
  ]);
});

anyDay(3, "noWayBack", "stuck", "lateAnswer");
