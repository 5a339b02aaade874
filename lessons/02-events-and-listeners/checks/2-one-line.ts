import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { createLogger } from "#lesson/02-events-and-listeners/logger.ts";
import { anyDay } from "./any-day.ts";
import { ann } from "./desk.ts";

test("step 2 · a line is the event's own time in ISO form, its name and its data as JSON, with spaces between", async () => {
  const lines: string[] = [];
  const logger = createLogger((line) => lines.push(line));
  const event = createEvent("user.registered", ann, Date.UTC(2026, 0, 31, 9, 30));
  await logger(event.data, event);
  const line =
    '2026-01-31T09:30:00.000Z user.registered {"userId":7,"name":"Ann","email":"ann@example.com"}';
  assert.deepEqual({ line: lines.join("").replace(/\r?\n$/, "") }, { line });
});

anyDay(2, "everyLine", "wholeLine");
