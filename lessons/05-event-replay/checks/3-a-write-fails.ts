import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { EventLog } from "#lesson/05-event-replay/event-log.ts";
import { fullDisk, order, outcomeOf } from "./desk.ts";
import { logDays } from "./log-day.ts";

test("step 3 · when a write fails, `flush` throws a LogError that names its first event, and why", async () => {
  // Linux has a device that is always full.
  const log = existsSync("/dev/full")
    ? new EventLog("/dev/full")
    : new EventLog("events.log", fullDisk());
  log.append(order(1));
  log.append(order(2));
  const words = ["order.created", "order-1", "ENOSPC"];
  const outcome = await outcomeOf(() => log.flush(), ...words);
  await outcomeOf(() => log.close());
  assert.deepEqual({ outcome }, { outcome: `LogError about ${words.join(", ")}` });
});

logDays(3, "unwritten", "closesAll", "failed", "unhandled");
