import assert from "node:assert/strict";
import { test } from "node:test";
import { EventLog } from "#lesson/05-event-replay/event-log.ts";
import { Disk, idsOf, logPath, order, orders, recordedIn, settled } from "./desk.ts";
import { logDays } from "./log-day.ts";

test("step 2 · after `flush`, every event so far is in the file, in order", async (t) => {
  const path = logPath(t);
  const log = new EventLog(path);
  t.after(() => log.close());
  const other = new Disk(false);
  const otherLog = new EventLog("other.log", other);
  log.append(order(1));
  log.append(order(2));
  otherLog.append(order(3));
  await Promise.all([log.flush(), otherLog.flush()]);
  const first = idsOf(recordedIn(path));
  log.append(order(4));
  await log.flush();
  assert.deepEqual(
    { first, second: idsOf(recordedIn(path)), other: idsOf(other.events) },
    {
      first: ["order-1", "order-2"],
      second: ["order-1", "order-2", "order-4"],
      other: ["order-3"],
    },
  );
});

test("step 2 · a log that is there already goes on at its end", async (t) => {
  const path = logPath(t);
  for (const event of orders(2)) {
    const log = new EventLog(path);
    log.append(event);
    await log.close();
  }
  assert.deepEqual({ ids: idsOf(recordedIn(path)) }, { ids: ["order-1", "order-2"] });
});

test("step 2 · events that come during a write go into the next one, together", async () => {
  const disk = new Disk();
  const log = new EventLog("events.log", disk);
  log.append(order(1));
  await settled();
  for (const event of orders(3_000)) log.append(event);
  while (await disk.answer());
  const lines = disk.texts.map((text) => text.split("\n").length - 1);
  assert.deepEqual(
    { "lines in each write": lines, in: idsOf(disk.events) },
    { "lines in each write": [1, 3_000], in: idsOf([order(1), ...orders(3_000)]) },
  );
});

logDays(2, "asItWas", "close", "waits", "fsync");
