// Another right answer: names letter by letter, and a cryptographic hash for the keys.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

export function checkedName(what: string, name: string): string {
  const fits =
    typeof name === "string" &&
    name.length > 0 &&
    [...name].every((letter) => allowed.includes(letter)) &&
    !name.startsWith(".") &&
    !name.endsWith(".");
  if (fits) return name;
  throw new TypeError(`This ${what} cannot be named so.`);
}

export const logFile = (folder: string, topic: string, partition: number): string =>
  join(folder, `${checkedName("topic", topic)}-${partition}.log`);

export function countPartitions(folder: string, topic: string): number {
  for (let count = 0; ; count++) {
    if (!existsSync(logFile(folder, topic, count))) return count;
  }
}

export function createTopic(folder: string, topic: string, partitions: number): void {
  checkedName("topic", topic);
  if (!(partitions >= 1 && partitions % 1 === 0)) {
    throw new RangeError("Partitions are counted 1, 2, 3.");
  }
  mkdirSync(folder, { recursive: true });
  const there = countPartitions(folder, topic);
  if (there === partitions) return;
  if (there > 0) throw new Error(`There is a topic ${topic} with ${there} partitions.`);
  for (let left = partitions; left > 0; left--)
    appendFileSync(logFile(folder, topic, left - 1), "");
}

export function partitionOf(key: string, partitions: number): number {
  return createHash("sha256").update(key).digest().readUInt32BE(0) % partitions;
}
