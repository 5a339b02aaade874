import { closeSync, mkdirSync, openSync } from "node:fs";
import { countPartitions, logFile } from "#given/08-kafka-on-files/given/topic-files.ts";

/**
 * Letters, digits, and between them "-", "_" and ".". No capitals: to Windows and macOS,
 * "Orders" and "orders" are the same file.
 */
const NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;

/** Hands a name on if it can be part of a file name; `what` is what has it, such as "topic". */
export function checkedName(what: string, name: string): string {
  if (typeof name === "string" && NAME.test(name)) return name;
  throw new TypeError(
    `A ${what} has a name of small letters, digits, "-", "_" and ".", such as "orders"; got ${JSON.stringify(name)}.`,
  );
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
  // The first one last: whoever counts meanwhile sees no topic yet, not half of one.
  for (let partition = partitions - 1; partition >= 0; partition--) {
    closeSync(openSync(logFile(folder, topic, partition), "a"));
  }
}

/** The partition of a key: the same one in every process, today and tomorrow. */
export function partitionOf(key: string, partitions: number): number {
  // FNV-1a: one multiplication per byte, and even short keys spread well.
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;
}
