import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic, partitionOf } from "#lesson/08-kafka-on-files/topic.ts";
import { anyDay } from "./any-day.ts";
import { consumerOf, drain, emptyFolder, logsIn, placesOf } from "./desk.ts";

const keys = ["ann", "bob", "carla", "Дмитро", "", "42"];

test("step 6 · `createTopic` makes one empty file for each partition, and the second time nothing", async (t) => {
  const folder = join(emptyFolder(t), "shop", "log");
  const eleven = [...Array(11).keys()];
  createTopic(folder, "orders", 11);
  const first = logsIn(folder).map((name) => statSync(join(folder, name)).size);
  const producer = new Producer({ folder });
  for (const id of eleven) await producer.send("orders", { id });
  createTopic(folder, "orders", 11);
  const polled = placesOf(await drain(consumerOf({ folder, group: "billing" })));
  assert.deepEqual(
    { first, polled },
    { first: eleven.map(() => 0), polled: eleven.map((each) => `${each}/0`).sort() },
  );
});

test("step 6 · a key goes to the same partition in every process, and is kept in the record", async () => {
  const here = keys.map((key) => [key, partitionOf(key, 3)]);
  // In another order: what one process has seen before must not count.
  const other = fork(join(import.meta.dirname, "another-process.ts"), keys.toReversed());
  const [there = []] = await Promise.race([once(other, "message"), once(other, "close")]);
  assert.deepEqual({ there: there?.toReversed?.() }, { there: here });
});

test("step 6 · many keys spread over all partitions, and nowhere else", () => {
  const inCyrillic = (key: string) =>
    key.replace(/\d/g, (digit) => "абвгдежзик"[Number(digit)] ?? "");
  for (const partitions of [1, 2, 3, 4, 7, 12]) {
    const keys = Array.from({ length: 100 * partitions }, (_, at) => `customer-${at}`);
    for (const some of [keys, keys.map(inCyrillic)]) {
      const counts = new Map<number, number>();
      for (const key of some) {
        const partition = partitionOf(key, partitions);
        counts.set(partition, (counts.get(partition) ?? 0) + 1);
      }
      const crowded = [...Array(partitions).keys()].filter(
        (partition) => (counts.get(partition) ?? 0) > 20,
      );
      const kind = `keys such as ${some[42]}`;
      assert.deepEqual(
        { kind, crowded: crowded.length, used: counts.size },
        { kind, crowded: partitions, used: partitions },
      );
    }
  }
});

anyDay(6, "turns", "createOther", "partitions");
