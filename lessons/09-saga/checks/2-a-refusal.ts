import assert from "node:assert/strict";
import { test } from "node:test";
import { orderProcess } from "#given/09-saga/given/process.ts";
import { anyDay } from "./any-day.ts";
import { playOut } from "./desk.ts";

// What may happen at the pivot is asked by step 3: here, it is further on.
const process = { ...orderProcess, pivot: 3 };

test("step 2 · after a refusal, what was done is taken back in reverse, and then the saga is cancelled", () => {
  assert.deepEqual(playOut({ "confirm the order": ["refused"] }, process), [
    "place the order",
    "reserve the money",
    "confirm the order",
    "release the money",
    "cancel the order",
    "saga.cancelled",
  ]);
});

test("step 2 · a step that was refused is not taken back itself", () => {
  assert.deepEqual(playOut({ "place the order": ["refused"] }), [
    "place the order",
    "saga.cancelled",
  ]);
});

anyDay(2, "twiceBack");
