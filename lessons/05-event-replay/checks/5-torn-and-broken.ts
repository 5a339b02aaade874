import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { readEvents } from "#lesson/05-event-replay/event-log.ts";
import { idsOf, linesOf, logPath, orders, outcomeOf } from "./desk.ts";
import { fileDays } from "./file-day.ts";

async function readAll(path: string, ids: string[] = []): Promise<void> {
  for await (const { events } of readEvents(path)) ids.push(...idsOf(events));
}

test("step 5 · a missing file is a LogError that names it", async () => {
  const path = `${logPath()}.old`;
  const outcome = await outcomeOf(() => readAll(path), "events.log.old");
  assert.deepEqual({ outcome }, { outcome: "LogError about events.log.old" });
});

test("step 5 · a broken line is a LogError that begins with its place, such as `events.log:3`", async () => {
  const path = logPath();
  const [first, more] = [linesOf(orders(2)), linesOf(orders(2_000))];
  writeFileSync(path, `${first}{"id":"order-3","na\n${more}`);
  const ids: string[] = [];
  const outcome = await outcomeOf(() => readAll(path, ids), "events.log:3");
  const expected = { outcome: "LogError about events.log:3", ids: idsOf(orders(2)) };
  assert.deepEqual({ outcome, ids }, expected);
  // What was cut off may be whole JSON by chance.
  writeFileSync(path, `${first}{"id":"order-3"}`);
  const last = await outcomeOf(() => readAll(path));
  assert.deepEqual({ "at the end": last }, { "at the end": "nothing failed" });
});

fileDays(5, "torn", "whole", "upTo");
