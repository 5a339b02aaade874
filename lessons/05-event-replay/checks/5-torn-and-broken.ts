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
  for (const before of [2, 2_000]) {
    const some = orders(before);
    // A piece may end between "\r" and "\n".
    const text = ` ${"\r\n".repeat(20 * before)}${linesOf(some)}{"id":"order-0","na\n`;
    writeFileSync(path, text + linesOf(orders(2_000)));
    const ids: string[] = [];
    const place = `events.log:${21 * before + 1}`;
    const outcome = await outcomeOf(() => readAll(path, ids), place);
    assert.deepEqual(
      { outcome, ids },
      { outcome: `LogError about ${place}`, ids: idsOf(some) },
    );
  }
  // What was cut off may be whole JSON by chance, or end in the middle of a character.
  for (const last of ['{"id":"order-1"}', Buffer.from('{"ч').subarray(0, -1)]) {
    writeFileSync(path, last);
    const outcome = await outcomeOf(() => readAll(path));
    assert.deepEqual({ "at the end": outcome }, { "at the end": "nothing failed" });
  }
});

fileDays(5, "torn", "whole", "upTo");
