import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { anyDay } from "./any-day.ts";
import { consumerOf, drain, emptyFolder, idsOf, outcome, sendOrders } from "./desk.ts";

test("step 5 · after `seek` to the beginning, the end or an offset, the next poll begins there", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const consumer = consumerOf({ folder, group: "billing" });
  const after = async (to: SeekTo) => {
    await consumer.seek("orders", to);
    return idsOf(await drain(consumer));
  };
  assert.deepEqual(
    {
      end: await after("end"),
      beginning: await after("beginning"),
      "offset 2": await after({ offset: 2 }),
      "offset 3, the end": await after({ offset: 3 }),
    },
    { end: [], beginning: [1, 2, 3], "offset 2": [3], "offset 3, the end": [] },
  );
});

test("step 5 · `seek` to a time finds the first record at or after it, even where a clock was set back", async (t) => {
  const folder = emptyFolder(t);
  const times = [
    50,
    90,
    30,
    40,
    ...Array.from({ length: 2_000 }, (_, at) => 100 + at),
    20,
  ];
  const log = new FileLog(join(folder, "orders-0.log"));
  await log.append(times.map((time) => ({ time, value: time })));
  const consumer = consumerOf({ folder, group: "billing" });
  const found: Record<string, unknown> = {};
  for (const time of [-Infinity, 40, 50, 60, 91, 1_777, 2_098, 3_000, Infinity]) {
    await consumer.seek("orders", { time });
    const [record] = await consumer.poll(1);
    found[`time ${time}`] = record ? `the record at ${record.time}` : "the end";
  }
  assert.deepEqual(found, {
    "time -Infinity": "the record at 50",
    "time 40": "the record at 50",
    "time 50": "the record at 50",
    "time 60": "the record at 90",
    "time 91": "the record at 100",
    "time 1777": "the record at 1777",
    "time 2098": "the record at 2098",
    "time 3000": "the end",
    "time Infinity": "the end",
  });
});

test("step 5 · `placeOf` an offset that is not there is a RangeError", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  appendFileSync(join(folder, "orders-0.log"), '{"offset":2');
  const log = new FileLog(join(folder, "orders-0.log"));
  const empty = new FileLog(join(folder, "payments-0.log"));
  const found: Record<string, string> = {};
  for (const offset of [2, 3, -1, 1.5, Number.NaN])
    found[`offset ${offset} of 2 records`] = await outcome(() => log.placeOf(offset));
  for (const offset of [0, 1])
    found[`offset ${offset} of none`] = await outcome(() => empty.placeOf(offset));
  assert.deepEqual(found, {
    "offset 2 of 2 records": "accepted",
    "offset 3 of 2 records": "RangeError",
    "offset -1 of 2 records": "RangeError",
    "offset 1.5 of 2 records": "RangeError",
    "offset NaN of 2 records": "RangeError",
    "offset 0 of none": "accepted",
    "offset 1 of none": "RangeError",
  });
});

test("step 5 · `seek` commits nothing, and a commit after it does, backwards too", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const options = { folder, group: "billing", id: "worker" };
  const first = consumerOf(options);
  await drain(first);
  await first.commit();
  await first.seek("orders", "beginning");
  const second = consumerOf(options);
  const afterSeek = idsOf(await drain(second));
  await second.seek("orders", { offset: 1 });
  await second.commit();
  const afterCommit = idsOf(await drain(consumerOf(options)));
  assert.deepEqual({ afterSeek, afterCommit }, { afterSeek: [], afterCommit: [2, 3] });
});

anyDay(5, "noOffset");
