import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { readEvents } from "#lesson/05-event-replay/event-log.ts";
import { linesOf, logPath, orders, outcomeOf } from "./desk.ts";
import { fileDays } from "./file-day.ts";

async function readAll(path: string): Promise<void> {
  for await (const _batch of readEvents(path));
}

test("step 5 · a missing file is a LogError that names it", async (t) => {
  const path = `${logPath(t)}.old`;
  const outcome = await outcomeOf(() => readAll(path), "events.log.old");
  assert.deepEqual({ outcome }, { outcome: "LogError about events.log.old" });
});

test("step 5 · a broken line is a LogError that begins with its place, such as `events.log:3`", async (t) => {
  const path = logPath(t);
  writeFileSync(path, `${linesOf(orders(2))}{"id":"order-3","na\n${linesOf(orders(1))}`);
  const outcome = await outcomeOf(() => readAll(path), "events.log:3");
  assert.deepEqual({ outcome }, { outcome: "LogError about events.log:3" });
});

fileDays(5, "torn", "whole", "upTo");
