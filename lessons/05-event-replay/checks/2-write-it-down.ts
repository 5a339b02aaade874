import assert from "node:assert/strict";
import { test } from "node:test";
import { EventLog } from "#lesson/05-event-replay/event-log.ts";
import { Disk, idsIn, logPath, order, orders, settled } from "./desk.ts";
import { logDays } from "./log-day.ts";

test("step 2 · after `flush`, every event so far is in the file, in order", async (t) => {
  const path = logPath();
  const log = new EventLog(path);
  t.after(() => log.close());
  log.append(order(1));
  log.append(order(2));
  await log.flush();
  const first = idsIn(path);
  log.append(order(4));
  await log.flush();
  assert.deepEqual(
    { first, second: idsIn(path) },
    { first: ["order-1", "order-2"], second: ["order-1", "order-2", "order-4"] },
  );
});

test("step 2 · a log that is there already goes on at its end", async () => {
  const path = logPath();
  for (const event of orders(2)) {
    const log = new EventLog(path);
    log.append(event);
    await log.close();
  }
  assert.deepEqual({ ids: idsIn(path) }, { ids: ["order-1", "order-2"] });
});

test("step 2 · events that come during a write go into the next one, together", async () => {
  const disk = new Disk();
  const log = new EventLog("events.log", disk);
  log.append(order(1));
  await settled();
  const many = orders(20_000);
  for (const event of many) log.append(event);
  for (let turn = 0; turn < 9; turn++) await disk.answer();
  const lines = disk.texts.map((text) => text.split("\n").length - 1);
  const wrong = disk.events.filter(({ id }, at) => id !== (many[at - 1] ?? order(1)).id);
  assert.deepEqual(
    { "lines in each write": lines, "out of order": wrong.length },
    { "lines in each write": [1, many.length], "out of order": 0 },
  );
});

logDays(2, "asItWas", "close", "waits", "fsync");
