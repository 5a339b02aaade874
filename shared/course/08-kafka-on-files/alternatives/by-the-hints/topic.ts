// The answer that the hints lead to.
import { closeSync, mkdirSync, openSync } from "node:fs";
import { countPartitions, logFile } from "#given/08-kafka-on-files/given/topic-files.ts";

/** Hands a name on if it can be part of a file name; `what` is what has it, such as "topic". */
export function checkedName(what: string, name: string): string {
  if (typeof name === "string" && /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(name))
    return name;
  throw new TypeError(`This is not a name for a ${what}: ${JSON.stringify(name)}.`);
}

/** Makes a topic of several partitions, and the folder if it is not there. */
export function createTopic(folder: string, topic: string, partitions: number): void {
  checkedName("topic", topic);
  if (!Number.isInteger(partitions) || partitions < 1)
    throw new RangeError(`A topic has 1 partition or more; got ${partitions}.`);
  mkdirSync(folder, { recursive: true });
  const count = countPartitions(folder, topic);
  if (count > 0 && count !== partitions)
    throw new Error(`The topic "${topic}" has ${count} partitions, not ${partitions}.`);
  for (let partition = 0; partition < partitions; partition++) {
    closeSync(openSync(logFile(folder, topic, partition), "a"));
  }
}

/** The partition of a key: the same one in every process, today and tomorrow. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;
}
