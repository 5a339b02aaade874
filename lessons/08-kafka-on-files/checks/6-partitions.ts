import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic, partitionOf } from "#lesson/08-kafka-on-files/topic.ts";
import { anyDay } from "./any-day.ts";
import {
  consumerOf,
  drain,
  emptyFolder,
  entries,
  idsOf,
  logsIn,
  outcome,
  placesOf,
} from "./desk.ts";

const keys = ["ann", "bob", "carla", "Дмитро", "", "42"];

test("step 6 · `createTopic` makes one empty file for each partition, and the second time nothing", async (t) => {
  const folder = join(emptyFolder(t), "shop", "log");
  createTopic(folder, "orders", 3);
  const sizes = logsIn(folder).map((name) => [name, statSync(join(folder, name)).size]);
  assert.deepEqual(Object.fromEntries(sizes), {
    "orders-0.log": 0,
    "orders-1.log": 0,
    "orders-2.log": 0,
  });
  const producer = new Producer({ folder });
  for (const id of [1, 2, 3]) await producer.send("orders", { id });
  createTopic(folder, "orders", 3);
  const records = idsOf(await drain(consumerOf({ folder, group: "billing" }))).sort();
  assert.deepEqual({ records }, { records: [1, 2, 3] });
});

test("step 6 · `createTopic` refuses another number of partitions, and one that is not 1, 2, 3 …", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 2);
  const accepted: string[] = [];
  for (const [topic, number] of [
    ["orders", 3],
    ["orders", 1],
    ...[0, -1, 1.5, Number.NaN, Infinity].map((wrong) => ["parcels", wrong] as const),
  ] as const) {
    if ((await outcome(() => createTopic(folder, topic, number))) === "accepted")
      accepted.push(`${number} partitions of ${topic}`);
  }
  assert.deepEqual(
    { accepted, files: logsIn(folder) },
    { accepted: [], files: ["orders-0.log", "orders-1.log"] },
  );
});

test("step 6 · a key goes to the same partition in every process, and is kept in the record", async (t) => {
  const here = keys.map((key) => [key, partitionOf(key, 3)]);
  // In another order: what one process has seen before must not count.
  const other = fork(join(import.meta.dirname, "another-process.ts"), keys.toReversed());
  const [there = []] = await Promise.race([once(other, "message"), once(other, "exit")]);
  assert.deepEqual({ there: there?.toReversed?.() }, { there: here });

  const folder = emptyFolder(t);
  createTopic(folder, "orders", 3);
  const producer = new Producer({ folder });
  for (const key of keys) await producer.send("orders", 1, { key });
  const records = await drain(consumerOf({ folder, group: "billing" }));
  const found = records.map(({ key, partition }) => [key, partition]);
  assert.deepEqual({ sent: found.sort() }, { sent: here.toSorted() });
});

test("step 6 · many keys spread over all partitions, and nowhere else", () => {
  const inCyrillic = (number: string) =>
    number.replace(/\d/g, (digit) => "абвгдежзик"[Number(digit)] ?? "");
  for (const keyOf of [(number: string) => `customer-${number}`, inCyrillic]) {
    const counts: Record<string, number> = {};
    for (let number = 0; number < 600; number++) {
      const partition = partitionOf(keyOf(String(number)), 4);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    const wrong = Object.values(counts).some((count) => count <= 30);
    assert.deepEqual(
      {
        "a key": keyOf("42"),
        counts: wrong ? counts : "fair",
        partitions: Object.keys(counts),
      },
      { "a key": keyOf("42"), counts: "fair", partitions: ["0", "1", "2", "3"] },
    );
  }
});

test("step 6 · records without a key take turns in each topic, and one with a key takes no turn", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  const found: Record<string, number[]> = { orders: [], payments: [] };
  for (const topic of Object.keys(found)) createTopic(folder, topic, 2);
  for (let id = 0; id < 2; id++) {
    for (const [topic, partitions] of Object.entries(found)) {
      partitions.push((await producer.send(topic, { id })).partition);
      await producer.send(topic, { id }, { key: "ann" });
    }
  }
  for (const partitions of Object.values(found)) partitions.sort();
  assert.deepEqual(found, { orders: [0, 1], payments: [0, 1] });
});

test("step 6 · a `seek` that fails in one partition moves the consumer in none", async (t) => {
  for (const longer of [0, 1]) {
    const folder = emptyFolder(t);
    createTopic(folder, "orders", 2);
    await new FileLog(join(folder, `orders-${longer}.log`)).append(entries(2));
    const consumer = consumerOf({ folder, group: "billing" });
    await outcome(() => consumer.seek("orders", { offset: 2 }));
    const polled = placesOf(await drain(consumer));
    assert.deepEqual({ polled }, { polled: [`${longer}/0`, `${longer}/1`] });
  }
});

anyDay(6, "partitions");
