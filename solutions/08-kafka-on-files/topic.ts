import { closeSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Letters, digits, and between them "-", "_" and ".". No capitals: to Windows and macOS,
 * "Orders" and "orders" are the same file.
 */
const NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;

/**
 * Hands a name on if it can be part of a file name: it cannot leave the folder.
 *
 * @param what what is named, for the message: "topic"
 * @throws TypeError if it cannot
 */
export function checkedName(what: string, name: string): string {
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new TypeError(
      `A ${what} is named with small letters, digits, "-", "_" and ".", such as "orders"; got ${JSON.stringify(name)}.`,
    );
  }
  return name;
}

/** The file of one partition: `orders-0.log` in the folder. */
export function logFile(folder: string, topic: string, partition: number): string {
  return join(folder, `${checkedName("topic", topic)}-${partition}.log`);
}

/** How many partitions a topic has; 0 if there is no such topic yet. */
export function countPartitions(folder: string, topic: string): number {
  const files = new Set(readdirSync(folder));
  let count = 0;
  while (files.has(`${topic}-${count}.log`)) count += 1;
  return count;
}

/**
 * Makes a topic of several partitions, and the folder if it is not there. For a topic that has as
 * many already it does nothing.
 *
 * @throws RangeError if `partitions` is not a whole number, 1 or more
 * @throws Error if the topic has another number of partitions: its keys would change places
 */
export function createTopic(folder: string, topic: string, partitions: number): void {
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new RangeError(`A topic has 1 partition or more; got ${partitions}.`);
  }
  mkdirSync(folder, { recursive: true });
  const count = countPartitions(folder, topic);
  if (count > 0 && count !== partitions) {
    throw new Error(`The topic "${topic}" has ${count} partitions, not ${partitions}.`);
  }
  // The first one last: whoever counts meanwhile sees no topic yet, not half of one.
  for (let partition = partitions - 1; partition >= 0; partition--) {
    closeSync(openSync(logFile(folder, topic, partition), "a"));
  }
}

/** The partition of a key: in every process, today and tomorrow, the same one. */
export function partitionOf(key: string, partitions: number): number {
  // FNV-1a: one multiplication per byte, and even short keys spread well.
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;
}
