import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { anyDay } from "./any-day.ts";
import { consumerOf, drain, emptyFolder, idsOf, sendOrders } from "./desk.ts";

test("step 5 · after `seek` to the beginning, the end or an offset, the next poll begins there", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const consumer = consumerOf({ folder, group: "billing" });
  const seeks: [SeekTo, number[]][] = [
    ["end", []],
    ["beginning", [1, 2, 3]],
    [{ offset: 2 }, [3]],
  ];
  for (const [to, wanted] of seeks) {
    await drain(consumer);
    // A poll that has begun and may not have ended yet does not undo it.
    const running = consumer.poll();
    await undefined;
    await consumer.seek("orders", to);
    const found = idsOf([...(await running), ...(await drain(consumer))]);
    assert.deepEqual({ to, found }, { to, found: wanted });
  }
});

test("step 5 · `seek` to a time finds the first record at or after it, even where a clock was set back", async (t) => {
  const folder = emptyFolder(t);
  const later = Array.from({ length: 2_000 }, (_, at) => 100 + at);
  const entryOf = (time: number) => ({ time, value: time });
  // It asks the log that `openLog` gives, wherever that one writes.
  const openLog = () => new FileLog(join(folder, "archive"));
  await openLog().append([50, 90, 30, 40, ...later, 20].map(entryOf));
  writeFileSync(join(folder, "orders-0.log"), "");
  const consumer = consumerOf({ folder, group: "billing", openLog });
  const firstSince = [
    [-Infinity, 50],
    [0, 50],
    [60, 90],
    [90.4, 100],
    [1_777, 1_777],
    [3_000, "the end"],
  ] as const;
  for (const [time, first] of firstSince) {
    await consumer.seek("orders", { time });
    const [record] = await consumer.poll(1);
    const found = record?.time ?? "the end";
    assert.deepEqual({ time, found }, { time, found: first });
  }
});

anyDay(5, "noOffset", "seekCommits");
