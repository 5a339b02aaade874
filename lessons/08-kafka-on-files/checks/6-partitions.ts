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
  createTopic(folder, "orders", 12);
  const partitions = [...Array(12).keys()];
  const sizes = logsIn(folder).map((name) => [name, statSync(join(folder, name)).size]);
  const empty = partitions.map((at) => [`orders-${at}.log`, 0]);
  assert.deepEqual(Object.fromEntries(sizes), Object.fromEntries(empty));
  const producer = new Producer({ folder });
  for (const id of partitions) await producer.send("orders", { id });
  createTopic(folder, "orders", 12);
  const polled = placesOf(await drain(consumerOf({ folder, group: "billing" })));
  assert.deepEqual({ polled }, { polled: partitions.map((at) => `${at}/0`).sort() });
});

test("step 6 · a key goes to the same partition in every process, and is kept in the record", async () => {
  const here = keys.map((key) => [key, partitionOf(key, 3)]);
  // In another order: what one process has seen before must not count.
  const other = fork(join(import.meta.dirname, "another-process.ts"), keys.toReversed());
  const [there = []] = await Promise.race([once(other, "message"), once(other, "close")]);
  assert.deepEqual({ there: there?.toReversed?.() }, { there: here });
});

test("step 6 · many keys spread over all partitions, and nowhere else", () => {
  const inCyrillic = (number: string) =>
    number.replace(/\d/g, (digit) => "абвгдежзик"[Number(digit)] ?? "");
  for (const partitions of [1, 2, 3, 4, 7, 12]) {
    for (const keyOf of [(number: string) => `customer-${number}`, inCyrillic]) {
      const counts = new Map<number, number>();
      for (let number = 0; number < 100 * partitions; number++) {
        const partition = partitionOf(keyOf(String(number)), partitions);
        counts.set(partition, (counts.get(partition) ?? 0) + 1);
      }
      const used = [...counts].filter(([, count]) => count > 20).map(([at]) => at);
      const kind = `${partitions} partitions, keys such as ${keyOf("42")}`;
      const all = [...Array(partitions).keys()];
      assert.deepEqual(
        { kind, "where many are": used.sort((a, b) => a - b), partitions: counts.size },
        { kind, "where many are": all, partitions },
      );
    }
  }
});

anyDay(6, "turns", "createOther", "noneMoves", "partitions");
