import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { openShop, teapot } from "./desk.ts";

test("step 6 · a late reply is written down, with its reason, caused by its own request", async () => {
  const { time, stored, common, pass } = openShop(() => false, 20);
  // The first one comes while the saga pauses at its second step, the next while its silence is being
  // stored, and the last one before the answer to the second attempt, which is in time.
  const late = new Map([
    ["place the order", [2_210]],
    ["reserve the money", [1_010]],
    ["confirm the order", [1_500, 700]],
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
  const isAboutLate = (line: string) => /^late|caused by line 9$/.test(line);
  assert.deepEqual(told.filter(isAboutLate), [
    "late: reserve the money, snow, caused by line 6",
    "late: place the order, snow, caused by line 2",
    "step.requested, no reason, caused by line 9",
    "late: confirm the order, snow, caused by line 12",
    "late: confirm the order, snow, caused by line 14",
  ]);
});

anyDay(6, "lateFull", "lateError");
