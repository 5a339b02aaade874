import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { askedAfter } from "./journal-day.ts";

test("step 1 · a saga asks for one step after the other, whatever the clock says, and is completed after the last", () => {
  assert.deepEqual(askedAfter("restart", "done", "done", "done", "done", "done"), [
    '"place the order" (step 0, forward), attempt 1',
    '"reserve the money" (step 1, forward), attempt 1',
    '"confirm the order" (step 2, forward), attempt 1',
    '"deliver the order" (step 3, forward), attempt 1',
    '"collect the money" (step 4, forward), attempt 1',
    "saga.completed",
  ]);
});

anyDay(1, "twice", "open");
