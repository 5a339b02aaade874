import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { openShop, teapot } from "./desk.ts";

test("step 6 · a late reply is written down, with its reason, caused by its own request", async () => {
  const { time, stored, common, pass } = openShop(() => false, 10);
  // They come while the saga pauses at its next step, while its next request is being stored, before
  // the answer to the second attempt, which is in time, and while the silence is being stored.
  const late = new Map([
    ["place the order", [2_210]],
    ["reserve the money", [1_161]],
    ["confirm the order", [1_500, 700]],
    ["collect the money", [1_010]],
  ]);
  const send = async (command: Command) => {
    const after = late.get(command.name)?.shift();
    if (after === undefined) return common.send(command);
    await pass(after);
    return { name: `late: ${command.name}`, outcome: "done" as const, reason: "snow" };
  };
  await time.until(new Orchestrator({ ...common, send }).start(teapot));
  const lines = stored.of(teapot.id);
  const told = lines.map(({ name, data }) => {
    const cause = lines.findIndex(({ id }) => id === data.causationId);
    const reason = ("reason" in data && data.reason) || "no reason";
    return `${name}, ${reason}, caused by line ${cause + 1}`;
  });
  const isAboutLate = (line: string) => /^late|caused by line 8$/.test(line);
  assert.deepEqual(told.filter(isAboutLate), [
    "late: place the order, snow, caused by line 2",
    "step.requested, no reason, caused by line 8",
    "late: reserve the money, snow, caused by line 6",
    "late: confirm the order, snow, caused by line 11",
    "late: confirm the order, snow, caused by line 14",
    "late: collect the money, snow, caused by line 19",
  ]);
});

anyDay(6, "lateFull", "lateError");
