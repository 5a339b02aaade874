// Another right answer: names letter by letter, and a cryptographic hash for the keys.
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { countPartitions, logFile } from "#given/08-kafka-on-files/given/topic-files.ts";

const allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

export function checkedName(what: string, name: string): string {
  const fits =
    typeof name === "string" &&
    name.length > 0 &&
    [...name].every((letter) => allowed.includes(letter)) &&
    !"._-".includes(name[0] ?? "") &&
    !"._-".includes(name.at(-1) ?? "");
  if (fits) return name;
  throw new TypeError(`This ${what} cannot be named so.`);
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
