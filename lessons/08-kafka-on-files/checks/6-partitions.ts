import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTopic, partitionOf } from "#lesson/08-kafka-on-files/topic.ts";
import { anyDay } from "./any-day.ts";
import { emptyFolder, logsIn } from "./desk.ts";

const keys = ["ann", "bob", "carla", "Дмитро", "", "42"];

test("step 6 · `createTopic` makes one empty file for each partition, and the second time nothing", (t) => {
  const folder = join(emptyFolder(t), "shop", "log");
  createTopic(folder, "orders", 2);
  appendFileSync(join(folder, "orders-0.log"), "a record");
  createTopic(folder, "orders", 2);
  const texts = logsIn(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  assert.deepEqual({ texts }, { texts: ["a record", ""] });
});

test("step 6 · a key goes to the same partition in every process, and is kept in the record", async () => {
  const here = keys.map((key) => [key, partitionOf(key, 3)]);
  // In another order: what one process has seen before must not count.
  const program = join(import.meta.dirname, "another-process.ts");
  const other = fork(program, keys.toReversed(), { serialization: "advanced" });
  const [there = []] = await Promise.race([once(other, "message"), once(other, "close")]);
  assert.deepEqual({ there: there?.toReversed?.() }, { there: here });
});

test("step 6 · many keys spread over all partitions, and nowhere else", () => {
  for (const partitions of [1, 2, 3, 4, 7, 12]) {
    const numbers = [...Array(100 * partitions).keys()];
    const keys = numbers.map((at) => `customer-${at}@shop.example`);
    // Letters beyond ASCII, one for each key.
    const letters = numbers.map((at) => String.fromCodePoint(0x400 + at));
    for (const some of [keys, letters]) {
      const counts = new Map(Array.from({ length: partitions }, (_, at) => [at, 0]));
      for (const key of some) {
        const partition = partitionOf(key, partitions);
        counts.set(partition, (counts.get(partition) ?? -Infinity) + 1);
      }
      const wrong = [...counts].filter(([, count]) => count <= 20);
      assert.deepEqual(
        {
          partitions,
          keys: some[42],
          "partitions of 20 keys or fewer, or not there": wrong,
        },
        {
          partitions,
          keys: some[42],
          "partitions of 20 keys or fewer, or not there": [],
        },
      );
    }
  }
});

anyDay(6, "turns", "createOther", "partitions");
