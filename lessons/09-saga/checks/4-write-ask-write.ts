import assert from "node:assert/strict";
import { test } from "node:test";
import { orderProcess } from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { called, openShop, teapot } from "./desk.ts";

test("step 4 · each request is stored before it is sent, each reply under its own name, and the end before `start` resolves", async () => {
  const { time, stored, common } = openShop();
  const newest: string[] = [];
  const send: typeof common.send = (command) => {
    const event = stored.of(teapot.id).at(-1);
    newest.push(`${command.name}: ${event && called(event)}`);
    return common.send(command);
  };
  // The clock says how many lines are stored.
  const clock = () => stored.of(teapot.id).length;
  const orchestrator = new Orchestrator({ ...common, send, clock });
  const ended = orchestrator.start(teapot).then((end) => {
    return `${end}, with ${stored.of(teapot.id).length} lines stored`;
  });
  const end = await time.until(ended);
  const actions = orderProcess.steps.map(({ action }) => action);
  const lines = [
    "saga.started",
    ...actions.flatMap((action) => [`${action}, attempt 1`, `done: ${action}`]),
    "saga.completed",
  ];
  assert.deepEqual(
    {
      end,
      "newest line in the journal when it was sent": newest,
      journal: stored.of(teapot.id).map((event) => `${event.timestamp} ${called(event)}`),
    },
    {
      end: "saga.completed, with 12 lines stored",
      "newest line in the journal when it was sent": actions.map(
        (action) => `${action}: ${action}, attempt 1`,
      ),
      journal: lines.map((line, at) => `${at} ${line}`),
    },
  );
});

anyDay(4, "clock", "key", "ids", "command", "reasons", "apart");
