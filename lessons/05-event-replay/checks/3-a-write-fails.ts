import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EventLog } from "#lesson/05-event-replay/event-log.ts";
import { Disk, fullDisk, logPath, noSpace, order, outcomeOf, settled } from "./desk.ts";
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
  const silent = new EventLog("events.log", fullDisk(null));
  silent.append(order(1));
  const noError = await outcomeOf(() => silent.flush(), "order-1");
  assert.deepEqual(
    { outcome, "a disk that throws no Error": noError },
    {
      outcome: "LogError about order.created, order-1, ENOSPC",
      "a disk that throws no Error": "LogError about order-1",
    },
  );
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

test("step 3 · after a failure nothing more is written, and `append`, `flush` and `close` throw it, each time", async () => {
  const disk = new Disk();
  const log = new EventLog("events.log", disk);
  log.append(order(1));
  await disk.answer();
  log.append(order(2));
  await settled();
  log.append(order(3)); // It waits behind the write that fails.
  await disk.answer(noSpace());
  const outcomes: Record<string, string> = {};
  for (const time of ["first", "second"]) {
    outcomes[`${time} append`] = await outcomeOf(() => log.append(order(4)), "order-2");
    outcomes[`${time} flush`] = await outcomeOf(() => log.flush(), "order-2");
  }
  for (const time of ["first", "second"])
    outcomes[`${time} close`] = await outcomeOf(() => log.close(), "order-2");
  const names = Object.keys(outcomes);
  assert.deepEqual(
    outcomes,
    Object.fromEntries(names.map((name) => [name, "LogError about order-2"])),
  );
  assert.deepEqual(
    { ids: disk.ids, writes: disk.calls.filter((call) => call === "append").length },
    { ids: ["order-1"], writes: 2 },
  );
});

test("step 3 · `close` closes the file even when the last write fails", async () => {
  const disk = new Disk();
  const log = new EventLog("events.log", disk);
  log.append(order(1));
  const close = outcomeOf(() => log.close(), "order-1");
  await disk.answer(noSpace());
  assert.deepEqual(
    { close: await close, calls: disk.calls.join(" ") },
    { close: "LogError about order-1", calls: "open append close" },
  );
});

test("step 3 · a failure that nobody waits for does not end the process", async () => {
  const disk = new Disk();
  const log = new EventLog("events.log", disk);
  log.append(order(1));
  await disk.answer(noSpace());
  await settled();
  const outcome = await outcomeOf(() => log.flush(), "order-1");
  assert.deepEqual({ outcome }, { outcome: "LogError about order-1" });
});

logDays(3);
