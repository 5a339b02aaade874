import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { playOut } from "./desk.ts";

test("step 3 · a step without an answer is asked for again, as often as it has attempts", () => {
  const asked = playOut({ "deliver the order": ["unanswered", "unanswered"] });
  assert.deepEqual(asked.slice(3), [
    "deliver the order",
    "deliver the order, attempt 2",
    "deliver the order, attempt 3",
    "collect the money",
    "saga.completed",
  ]);
});

test("step 3 · after the last attempt without an answer, this very step is taken back first, be it the pivot", () => {
  const silence = Array.from({ length: 9 }, () => "unanswered" as const);
  assert.deepEqual(playOut({ "confirm the order": silence }).slice(4), [
    "confirm the order, attempt 3",
    "withdraw the confirmation",
    "release the money",
    "cancel the order",
    "saga.cancelled",
  ]);
});

anyDay(3, "noWayBack", "stuck", "lateAnswer");
