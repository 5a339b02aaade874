import { closeSync, mkdirSync, openSync } from "node:fs";
import { countPartitions, logFile } from "#given/08-kafka-on-files/given/topic-files.ts";
import { todo } from "#todo";

/** Hands a name on if it can be part of a file name; `what` is what has it, such as "topic". */
export function checkedName(what: string, name: string): string {
  // Step 8: refuse a name that could leave the folder.
  return name;
}

/** Makes a topic of several partitions, and the folder if it is not there. */
export function createTopic(folder: string, topic: string, partitions: number): void {
  checkedName("topic", topic);
  todo(6, "create the empty file of each partition");
}

/** The partition of a key: the same one in every process, today and tomorrow. */
export function partitionOf(key: string, partitions: number): number {
  return todo(6, "turn the key into a number, and that into a partition");
}
