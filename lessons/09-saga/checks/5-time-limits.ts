import assert from "node:assert/strict";
import { test } from "node:test";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { openShop, teapot } from "./desk.ts";

test("step 5 · after the time limit, `step.unanswered` is written, caused by the request", async () => {
  const { time, stored, common } = openShop();
  const send = () => new Promise<never>(() => {});
  await time.until(new Orchestrator({ ...common, send }).start(teapot));
  const lines = stored.of(teapot.id).slice(1, 4);
  const told = lines.map(({ name, timestamp }) => `${name} at ${timestamp} ms`);
  assert.deepEqual(told, [
    "step.requested at 0 ms",
    "step.unanswered at 1000 ms",
    "step.requested at 1100 ms",
  ]);
});

anyDay(5, "pauses", "stored", "broken", "nonsense", "timer");
