import assert from "node:assert/strict";
import { test } from "node:test";
import { orderProcess } from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { called, openShop, teapot } from "./desk.ts";

test("step 4 · each request is stored before it is sent, and each reply under its own name", async () => {
  const { time, stored, common } = openShop();
  const newest: string[] = [];
  const send: typeof common.send = (command) => {
    const event = stored.of(teapot.id).at(-1);
    newest.push(`${command.name}: ${event && called(event)}`);
    return common.send(command);
  };
  const end = await time.until(new Orchestrator({ ...common, send }).start(teapot));
  const actions = orderProcess.steps.map(({ action }) => action);
  assert.deepEqual(
    {
      end,
      "newest line in the journal when it was sent": newest,
      journal: stored.of(teapot.id).map(called),
    },
    {
      end: "saga.completed",
      "newest line in the journal when it was sent": actions.map(
        (action) => `${action}: ${action}, attempt 1`,
      ),
      journal: [
        "saga.started",
        ...actions.flatMap((action) => [`${action}, attempt 1`, `done: ${action}`]),
        "saga.completed",
      ],
    },
  );
});

test("step 4 · the time of an event is the clock's at that moment", async () => {
  const { time, stored, common } = openShop();
  const clock = () => stored.of(teapot.id).length;
  await time.until(new Orchestrator({ ...common, clock }).start(teapot));
  const events = stored.of(teapot.id);
  const toldOf = (timeOf: (line: number) => number | undefined) =>
    Object.fromEntries(events.map((event, line) => [called(event), timeOf(line)]));
  assert.deepEqual(
    { "the clock says how many lines are stored": toldOf((at) => events[at]?.timestamp) },
    { "the clock says how many lines are stored": toldOf((at) => at) },
  );
});

anyDay(4, "key", "ids", "command", "reasons", "apart");
