import assert from "node:assert/strict";
import { test } from "node:test";
import { orderProcess } from "#given/09-saga/given/process.ts";
import { anyDay } from "./any-day.ts";
import { playOut } from "./desk.ts";

const all = [...orderProcess.steps.map(({ action }) => action), "saga.completed"];

test("step 1 · a saga asks for one step after the other, and is completed after the last", () => {
  assert.deepEqual(playOut({}), all);
});

test("step 1 · the order of the journal counts, not the timestamps", () => {
  const clockIsPutBack = playOut({}, orderProcess, (journal) =>
    journal.map((event, line) => ({ ...event, timestamp: -line })),
  );
  assert.deepEqual({ clockIsPutBack }, { clockIsPutBack: all });
});

anyDay(1, "twice", "open");
