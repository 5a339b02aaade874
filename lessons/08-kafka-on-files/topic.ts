import { closeSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { todo } from "#todo";

/**
 * Hands a name on if it can be part of a file name: it cannot leave the folder.
 *
 * @param what what is named, for the message: "topic"
 * @throws TypeError if it cannot
 */
export function checkedName(what: string, name: string): string {
  if (!/^[a-z0-9-]+$/.test(name))
    todo(8, "refuse a name that cannot be part of a file name");
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
  todo(6, "create the empty file of each partition");
}

/** The partition of a key: in every process, today and tomorrow, the same one. */
export function partitionOf(key: string, partitions: number): number {
  return todo(6, "turn the key into a number, and that into a partition");
}
