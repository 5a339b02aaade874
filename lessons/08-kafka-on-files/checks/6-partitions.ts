import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic, partitionOf } from "#lesson/08-kafka-on-files/topic.ts";
import { anyDay } from "./any-day.ts";
import {
  all,
  consumerOf,
  drain,
  emptyFolder,
  entries,
  idsOf,
  logsIn,
  outcome,
  outcomes,
  placesOf,
} from "./desk.ts";

const keys = ["ann", "bob", "carla", "Дмитро", "", "42"];

test("step 6 · `createTopic` makes one empty file for each partition, and the folder", (t) => {
  const folder = join(emptyFolder(t), "shop", "log");
  createTopic(folder, "orders", 3);
  const files = logsIn(folder).map((name) => [
    name,
    readFileSync(join(folder, name), "utf8"),
  ]);
  assert.deepEqual(
    { files },
    {
      files: [
        ["orders-0.log", ""],
        ["orders-1.log", ""],
        ["orders-2.log", ""],
      ],
    },
  );
});

test("step 6 · `createTopic` with the number of partitions that there are does nothing", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 2);
  const producer = new Producer({ folder });
  for (let id = 1; id <= 4; id++) await producer.send("orders", { id });
  createTopic(folder, "orders", 2);
  const records = idsOf(await consumerOf({ folder, group: "billing" }).poll()).sort();
  assert.deepEqual({ records }, { records: [1, 2, 3, 4] });
});

test("step 6 · `createTopic` refuses another number of partitions, and one that is not 1, 2, 3 …", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 2);
  await new Producer({ folder }).send("payments", {});
  const others = {
    "3, where there are 2": await outcome(() => createTopic(folder, "orders", 3)),
    "1, where there are 2": await outcome(() => createTopic(folder, "orders", 1)),
    "2, where there is 1": await outcome(() => createTopic(folder, "payments", 2)),
  };
  const accepted = Object.keys(others).filter(
    (each) => others[each as keyof typeof others] === "accepted",
  );
  const numbers = [0, -1, 1.5, Number.NaN];
  const refused = await outcomes(numbers, (each) => createTopic(folder, "parcels", each));
  assert.deepEqual(
    { accepted, ...refused, files: logsIn(folder) },
    {
      accepted: [],
      ...all(numbers, "RangeError"),
      files: ["orders-0.log", "orders-1.log", "payments-0.log"],
    },
  );
});

test("step 6 · a key goes to the same partition in every process, and is kept in the record", async (t) => {
  const here = keys.map((key) => partitionOf(key, 3));
  // In another order: what one process has seen before must not count.
  const other = fork(join(import.meta.dirname, "another-process.ts"), keys.toReversed());
  const there = await new Promise<number[]>((resolve) => {
    other.once("message", (found: number[]) => resolve(found.toReversed()));
    other.once("exit", () => resolve([]));
  });
  const byKey = (partitions: number[]) =>
    Object.fromEntries(keys.map((key, at) => [`"${key}"`, partitions[at]]));
  assert.deepEqual(
    { "in another process": byKey(there) },
    { "in another process": byKey(here) },
  );

  const folder = emptyFolder(t);
  createTopic(folder, "orders", 3);
  for (const order of [keys, keys.toReversed()]) {
    const producer = new Producer({ folder });
    for (const key of order) await producer.send("orders", key, { key });
  }
  const records = await consumerOf({ folder, group: "billing" }).poll();
  const partitionsOf = (key: string) =>
    records
      .filter((one) => one.value === key && one.key === key)
      .map((one) => one.partition);
  assert.deepEqual(
    Object.fromEntries(keys.map((key) => [`"${key}"`, partitionsOf(key)])),
    Object.fromEntries(keys.map((key, at) => [`"${key}"`, [here[at], here[at]]])),
  );
});

test("step 6 · many keys spread over all partitions, and nowhere else", () => {
  const inCyrillic = (number: string) =>
    number.replace(/\d/g, (digit) => "абвгдежзик"[Number(digit)] ?? "");
  for (const keyOf of [(number: string) => `customer-${number}`, inCyrillic]) {
    const counts = new Map<number, number>();
    for (let number = 0; number < 600; number++) {
      const partition = partitionOf(keyOf(String(number)), 4);
      counts.set(partition, (counts.get(partition) ?? 0) + 1);
    }
    const few = [...counts].filter(([, count]) => count <= 30).map(([each]) => each);
    const partitions = [...counts.keys()].sort();
    assert.deepEqual(
      { "a key": keyOf("42"), partitions, "with hardly any key": few },
      { "a key": keyOf("42"), partitions: [0, 1, 2, 3], "with hardly any key": [] },
    );
  }
});

test("step 6 · records without a key take turns in each topic, and one with a key takes no turn", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  const found: Record<string, number[]> = { orders: [], payments: [] };
  for (const topic of Object.keys(found)) createTopic(folder, topic, 2);
  for (let id = 0; id < 4; id++) {
    for (const [topic, partitions] of Object.entries(found)) {
      partitions.push((await producer.send(topic, { id })).partition);
      await producer.send(topic, { id }, { key: "ann" });
    }
  }
  const pairs = Object.entries(found).map(([topic, [a, b, c, d]]) => [
    topic,
    [a, b].sort(),
    [c, d].sort(),
  ]);
  assert.deepEqual(
    { "partitions of two sends each": pairs },
    {
      "partitions of two sends each": [
        ["orders", [0, 1], [0, 1]],
        ["payments", [0, 1], [0, 1]],
      ],
    },
  );
});

test("step 6 · a consumer reads and commits every partition, and the records of a key keep their order", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 3);
  const producer = new Producer({ folder });
  for (let id = 0; id < 36; id++)
    await producer.send("orders", id, { key: keys[id % 6] ?? "" });
  const options = { folder, group: "billing", id: "worker" };
  const before = consumerOf(options);
  const records = [...(await before.poll(3)), ...(await before.poll(2))];
  await before.commit();
  records.push(...(await drain(consumerOf(options))));
  const ofAnn = records.filter(({ key }) => key === "ann").map(({ value }) => value);
  assert.deepEqual(
    { records: records.length, ofAnn },
    { records: 36, ofAnn: [0, 6, 12, 18, 24, 30] },
  );
});

test("step 6 · `seek` moves a consumer in all partitions, or after an error in none", async (t) => {
  for (const longer of [0, 1]) {
    const folder = emptyFolder(t);
    createTopic(folder, "orders", 2);
    await new FileLog(join(folder, `orders-${longer}.log`)).append(entries(2));
    await new FileLog(join(folder, `orders-${1 - longer}.log`)).append(entries(1));
    const consumer = consumerOf({ folder, group: "billing" });
    const seek = await outcome(() => consumer.seek("orders", { offset: 2 }));
    const afterAnError = placesOf(await consumer.poll());
    await consumer.seek("orders", { offset: 1 });
    const afterOffset1 = placesOf(await consumer.poll());
    assert.deepEqual(
      { seek, afterAnError, afterOffset1 },
      {
        seek: "RangeError",
        afterAnError: ["0/0", "1/0", `${longer}/1`].sort(),
        afterOffset1: [`${longer}/1`],
      },
    );
  }
});

anyDay(6);
