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
  const inCyrillic = (key: string) =>
    key.replace(/\d/g, (digit) => "абвгдежзик"[Number(digit)] ?? "");
  const enough = "more than 20";
  for (const partitions of [1, 2, 3, 4, 7, 12]) {
    const keys = Array.from(
      { length: 100 * partitions },
      (_, at) => `customer-${at}@shop.example`,
    );
    const all = Array.from({ length: partitions }, () => enough);
    for (const some of [keys, keys.map(inCyrillic)]) {
      const counts: Record<number, number> = {};
      for (const key of some) {
        const partition = partitionOf(key, partitions);
        counts[partition] = (counts[partition] ?? 0) + 1;
      }
      const told = Object.entries(counts).map(([partition, count]) => {
        return [partition, count > 20 ? enough : count];
      });
      assert.deepEqual(
        { keys: some[42], "keys per partition": Object.fromEntries(told) },
        { keys: some[42], "keys per partition": { ...all } },
      );
    }
  }
});

anyDay(6, "turns", "createOther", "partitions");
