import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { EventLog } from "#lesson/05-event-replay/event-log.ts";
import {
  Disk,
  idsOf,
  logPath,
  order,
  orders,
  outcomeOf,
  recordedIn,
  settled,
  watch,
} from "./desk.ts";
import { logDays } from "./log-day.ts";

test("step 2 · after `flush`, every event so far is in the file, in order", async (t) => {
  const path = logPath(t);
  const log = new EventLog(path);
  t.after(() => log.close());
  await log.flush();
  const otherDisk = new Disk(false);
  const other = new EventLog("other.log", otherDisk);
  for (const event of orders(2_000)) {
    log.append(event);
    if (event.id.endsWith("000")) other.append(event);
  }
  await Promise.all([log.flush(), other.flush()]);
  const wrong = recordedIn(path).findIndex(({ id }, at) => id !== `order-${at + 1}`);
  const count = recordedIn(path).length;
  log.append(order(2_001));
  await log.flush();
  const last = recordedIn(path).at(-1);
  assert.deepEqual(
    { count, wrong, last, "in another log": otherDisk.ids },
    {
      count: 2_000,
      wrong: -1,
      last: order(2_001),
      "in another log": ["order-1000", "order-2000"],
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

test("step 2 · an event is written as it was when it was appended, or left out if JSON cannot hold it", async () => {
  const disk = new Disk(false);
  const log = new EventLog("events.log", disk);
  const data = { total: 450 };
  const event = order(1, data);
  log.append(event);
  data.total = 0;
  log.append(event);
  await log.flush();
  const inFile = disk.events.map((one) => one.data);
  assert.deepEqual(
    { "in the file": inFile },
    { "in the file": [{ total: 450 }, { total: 0 }] },
  );
  const refused = await outcomeOf(() => log.append(order(2, { total: 10n })), "order-2");
  log.append(order(3));
  const flush = await outcomeOf(() => log.flush());
  assert.deepEqual(
    { refused, flush, ids: disk.ids },
    {
      refused: "TypeError about order-2",
      flush: "nothing failed",
      ids: ["order-1", "order-1", "order-3"],
    },
  );
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
    { "lines in each write": lines, ids: disk.ids },
    { "lines in each write": [1, 3_000], ids: idsOf([order(1), ...orders(3_000)]) },
  );
});

test("step 2 · the file is opened for the first event, and closed once, when `close` has written the last", async (t) => {
  const disk = new Disk();
  const log = new EventLog("events.log", disk);
  await settled();
  const before = disk.calls.join(" ");
  log.append(order(1));
  await settled();
  log.append(order(2));
  const closing = [watch(log.close()), watch(log.close())];
  const late = await outcomeOf(() => log.append(order(3)));
  await disk.answer();
  const during = closing.map(({ is }, at) => `close ${at + 1} is ${is}`);
  while (await disk.answer());
  const again = await outcomeOf(() => log.close());
  const after = closing.map(({ is }, at) => `close ${at + 1} is ${is}`);
  assert.deepEqual(
    { before, late, during, after, again, calls: disk.calls.join(" "), ids: disk.ids },
    {
      before: "",
      late: "LogError",
      during: ["close 1 is pending", "close 2 is pending"],
      after: ["close 1 is done", "close 2 is done"],
      again: "nothing failed",
      calls: "open append append close",
      ids: ["order-1", "order-2"],
    },
  );
  const quick = new Disk(false);
  const short = new EventLog("events.log", quick);
  short.append(order(1));
  await short.close();
  assert.deepEqual(quick.calls, ["open", "append", "close"]);
  const path = logPath(t);
  const unused = new EventLog(path);
  await unused.close();
  assert.deepEqual(
    { "a file without events": existsSync(path) },
    { "a file without events": false },
  );
});

logDays(2, "before", "fsync");
