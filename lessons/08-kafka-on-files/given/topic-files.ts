/** How the files of topics and groups are named, found, read and replaced. */
import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { type PartitionLog, type Place, START } from "#bus/partition-log";
import type { ConsumerOptions, SeekTo } from "./options.ts";

/** The file of one partition: `orders-0.log` in the folder. */
export function logFile(folder: string, topic: string, partition: number): string {
  return join(folder, `${topic}-${partition}.log`);
}

/** How many partitions a topic has; 0 if there is no such topic yet. */
export function countPartitions(folder: string, topic: string): number {
  const files = new Set(readdirSync(folder));
  let count = 0;
  while (files.has(`${topic}-${count}.log`)) count += 1;
  return count;
}

/** The place in a log to which a seek goes. */
export function placeIn(log: PartitionLog, to: SeekTo): Place {
  if (to === "beginning") return START;
  if (to === "end") return log.end();
  return "time" in to ? log.placeAt(to.time) : log.placeOf(to.offset);
}

/** Where a group keeps the place to which it has come: `billing@orders-0.json`. */
export function offsetFile(
  { folder, group }: ConsumerOptions,
  topic: string,
  partition: number,
): string {
  return join(folder, `${group}@${topic}-${partition}.json`);
}

/**
 * The committed place in an offset file; without a file, the start.
 *
 * @throws Error in a sentence that names the file and the way out, if it holds no place
 */
export function readPlace(file: string): Place {
  if (!existsSync(file)) return START;
  const text = readFileSync(file, "utf8");
  try {
    const { offset, position }: Place = JSON.parse(text);
    if (isCount(offset) && isCount(position)) return { offset, position };
  } catch {
    // Said below, in a sentence.
  }
  throw new Error(
    `${file} is broken: it holds ${JSON.stringify(text.slice(0, 40))}, not an offset and a position. Delete the file, and the group begins again at offset 0.`,
  );
}

function isCount(number: unknown): boolean {
  return Number.isSafeInteger(number) && Number(number) >= 0;
}

/** How long to try, and how long to wait before the next try, in ms. */
const PATIENCE = 300;
const PAUSE = 10;

/**
 * Gives a draft the name of a file, in place of the one that has it. Windows refuses that while
 * somebody has the file open: then it is tried again for a moment.
 *
 * @throws Error in a sentence, if it stays refused
 */
export function replaceFile(draft: string, file: string, rename = renameSync): void {
  for (const deadline = Date.now() + PATIENCE; ; ) {
    try {
      rename(draft, file);
      return;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (!/^(EPERM|EACCES|EBUSY)$/.test(String(code))) throw error;
      if (Date.now() > deadline) {
        const why = `${basename(file)} could not be replaced: somebody has it open. Try the commit again.`;
        throw new Error(why, { cause: error });
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
