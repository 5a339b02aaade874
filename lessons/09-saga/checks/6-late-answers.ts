import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command, SagaEvent } from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { openShop, teapot } from "./desk.ts";

test("step 6 · a late reply is written down, with its reason, caused by its own request", async () => {
  const { time, stored, common, pass } = openShop();
  // Each line takes 20 ms.
  const append = (event: SagaEvent) => pass(20).then(() => stored.append(event));
  const journal = { append, of: stored.of.bind(stored), sagas: () => stored.sagas() };
  // The one comes while the saga pauses at its second step, the other while its silence is being stored.
  const late = new Map([
    ["place the order", 2_210],
    ["reserve the money", 1_010],
  ]);
  const send = async (command: Command) => {
    const after = late.get(command.name);
    late.delete(command.name);
    if (after === undefined) return common.send(command);
    await pass(after);
    return { name: `late: ${command.name}`, outcome: "done" as const, reason: "snow" };
  };
  await time.until(new Orchestrator({ ...common, journal, send }).start(teapot));
  const lines = stored.of(teapot.id);
  const told = lines.slice(7, 10).map(({ name, data }) => {
    const cause = lines.findIndex(({ id }) => id === data.causationId);
    const reason = ("reason" in data && data.reason) || "no reason";
    return `${name}, ${reason}, caused by line ${cause + 1}`;
  });
  assert.deepEqual(told, [
    "late: reserve the money, snow, caused by line 6",
    "late: place the order, snow, caused by line 2",
    "step.requested, no reason, caused by line 9",
  ]);
});

anyDay(6, "lateFull", "lateError");
