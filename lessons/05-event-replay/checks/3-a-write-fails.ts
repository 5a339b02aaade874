import assert from "node:assert/strict";
import { test } from "node:test";
import { EventLog } from "#lesson/05-event-replay/event-log.ts";
import { fullDisk, order, outcomeOf } from "./desk.ts";
import { logDays } from "./log-day.ts";

test("step 3 · when a write fails, `flush` throws a LogError that names its first event, and why", async () => {
  const log = new EventLog("events.log", fullDisk());
  log.append(order(1));
  log.append(order(2));
  const words = ["order.created", "order-1", "ENOSPC"];
  const outcome = await outcomeOf(() => log.flush(), ...words);
  assert.deepEqual({ outcome }, { outcome: `LogError about ${words.join(", ")}` });
});

logDays(3, "unwritten", "closesAll", "failed", "unhandled");
