import assert from "node:assert/strict";
import { test } from "node:test";
import { orderProcess } from "#given/09-saga/given/process.ts";
import { anyDay } from "./any-day.ts";
import { playOut } from "./desk.ts";

test("step 1 · a saga asks for one step after the other, whatever the clock says, and is completed after the last", () => {
  const actions = orderProcess.steps.map(({ action }) => action);
  assert.deepEqual(playOut({}), [...actions, "saga.completed"]);
});

anyDay(1, "twice", "open");
