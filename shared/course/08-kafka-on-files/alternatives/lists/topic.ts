// Another right answer: the hash that strings have in Java.
import { closeSync, mkdirSync, openSync } from "node:fs";
import { countPartitions, logFile } from "#given/08-kafka-on-files/given/topic-files.ts";

export function checkedName(what: string, name: string): string {
  if (typeof name !== "string" || !/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(name))
    throw new TypeError(`bad ${what} name ${name}`);
  return name;
}

export function createTopic(folder: string, topic: string, partitions: number): void {
  checkedName("topic", topic);
  if (!Number.isInteger(partitions) || partitions < 1)
    throw new RangeError("at least one partition");
  mkdirSync(folder, { recursive: true });
  const existing = countPartitions(folder, topic);
  if (existing === partitions) return;
  if (existing > 0) throw new Error(`${topic} has ${existing} partitions already`);
  for (let i = 0; i < partitions; i++)
    closeSync(openSync(logFile(folder, topic, i), "w"));
}

export function partitionOf(key: string, partitions: number): number {
  let hash = 0;
  for (const c of key) hash = (hash * 31 + c.charCodeAt(0)) | 0;
  return (hash >>> 0) % partitions;
}
