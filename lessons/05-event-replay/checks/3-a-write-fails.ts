import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EventLog } from "#lesson/05-event-replay/event-log.ts";
import { Disk, fullDisk, logPath, order, outcomeOf } from "./desk.ts";
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
  assert.deepEqual(
    { outcome },
    { outcome: "LogError about order.created, order-1, ENOSPC" },
  );
  for (const thrown of [null, Object.create(null)]) {
    const silent = new EventLog("events.log", fullDisk(thrown));
    silent.append(order(1));
    const noError = await outcomeOf(() => silent.flush(), "order-1");
    assert.deepEqual({ noError }, { noError: "LogError about order-1" });
  }
});

test("step 3 · a `sync` that fails, or a file that cannot be opened, counts as a write that failed", async (t) => {
  const disk = new Disk();
  const log = new EventLog("events.log", { open: disk.open, fsync: true });
  log.append(order(1));
  await disk.answer();
  await disk.answer(new Error("EIO: i/o error, fsync"));
  const nowhere = new EventLog(join(logPath(t), "no-such-folder", "events.log"));
  nowhere.append(order(2));
  const outcomes = {
    sync: await outcomeOf(() => log.flush(), "order-1", "EIO"),
    open: await outcomeOf(() => nowhere.flush(), "order-2", "ENOENT"),
    close: await outcomeOf(() => nowhere.close(), "order-2"),
  };
  assert.deepEqual(outcomes, {
    sync: "LogError about order-1, EIO",
    open: "LogError about order-2, ENOENT",
    close: "LogError about order-2",
  });
});

logDays(3, "closesAll", "failed", "unhandled");
