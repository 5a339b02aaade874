import assert from "node:assert/strict";
import { test } from "node:test";
import { orderProcess } from "#given/09-saga/given/process.ts";
import { anyDay } from "./any-day.ts";
import { playOut } from "./desk.ts";

test("step 2 · after a refusal, what was done before is taken back in reverse, and then the saga is cancelled", () => {
  // What may happen at the pivot is asked by step 3: here, it is further on.
  const process = { ...orderProcess, pivot: 3 };
  assert.deepEqual(playOut({ "confirm the order": ["refused"] }, process), [
    "place the order",
    "reserve the money",
    "confirm the order",
    "release the money",
    "cancel the order",
    "saga.cancelled",
  ]);
});

anyDay(2, "twiceBack");
