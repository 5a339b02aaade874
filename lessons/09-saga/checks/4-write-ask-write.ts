import assert from "node:assert/strict";
import { test } from "node:test";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { openShop, teapot } from "./desk.ts";

test("step 4 · each request is stored before it is sent, each reply under its own name, and the end before `start` resolves", async () => {
  const { time, stored, common } = openShop();
  const happened: string[] = [];
  const see = (what: string) =>
    happened.push(`${what}, with ${stored.of(teapot.id).length} lines stored`);
  const send: typeof common.send = (command) => {
    see(`"${command.name}" is sent`);
    return common.send(command);
  };
  // The clock is put back with each line that is stored.
  const clock = () => 50 - stored.of(teapot.id).length;
  const orchestrator = new Orchestrator({ ...common, send, clock });
  await time.until(orchestrator.start(teapot).then(see));
  assert.deepEqual(happened, [
    '"place the order" is sent, with 2 lines stored',
    '"reserve the money" is sent, with 4 lines stored',
    '"confirm the order" is sent, with 6 lines stored',
    '"deliver the order" is sent, with 8 lines stored',
    '"collect the money" is sent, with 10 lines stored',
    "saga.completed, with 12 lines stored",
  ]);
  const times = stored.of(teapot.id).map(({ timestamp }) => timestamp);
  assert.deepEqual(times, [50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39]);
});

anyDay(4, "clock", "key", "ids", "command", "reasons", "apart");
