import assert from "node:assert/strict";
import { test } from "node:test";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { called, openShop, teapot } from "./desk.ts";

test("step 5 · after the time limit, `step.unanswered` is written, caused by the request", async () => {
  const { time, stored, common } = openShop();
  const send = () => new Promise<never>(() => {});
  await time.until(new Orchestrator({ ...common, send }).start(teapot));
  const lines = stored.of(teapot.id);
  assert.deepEqual(
    lines.slice(1, 5).map((event) => `${called(event)} at ${event.timestamp}`),
    [
      "place the order, attempt 1 at 0",
      "step.unanswered at 1000",
      "place the order, attempt 2 at 1100",
      "step.unanswered at 2100",
    ],
  );
});

anyDay(5, "pauses", "stored", "broken", "nonsense", "timer");
