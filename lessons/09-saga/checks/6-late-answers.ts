import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { called, openShop, teapot } from "./desk.ts";

test("step 6 · a late reply is written down, with its reason, caused by its own request", async () => {
  const { time, stored, common } = openShop();
  let isFirst = true;
  /** The first answer of all comes when the saga has ended. */
  const send = async (command: Command) => {
    if (!isFirst) return common.send(command);
    isFirst = false;
    await new Promise<void>((resume) => void time.timer(90_000, resume));
    return { name: "order.late", outcome: "done" as const, reason: "the post was late" };
  };
  const end = await time.until(new Orchestrator({ ...common, send }).start(teapot));
  await time.untilQuiet();
  const lines = stored.of(teapot.id);
  const newest = lines.at(-1);
  const cause = lines.findIndex(({ id }) => id === newest?.data.causationId);
  assert.deepEqual(
    { end, newest: newest && called(newest), "caused by line": cause + 1 },
    { end: "saga.completed", newest: "order.late", "caused by line": 2 },
  );
});

anyDay(6, "lateFull", "lateError");
