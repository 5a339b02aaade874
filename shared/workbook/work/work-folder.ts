import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readIfThere } from "./course.ts";

/** For each copy, the hash of the starter that it was made from. */
export const startersRecord = ".starters.json";

/** For each lesson, how far the learner is. */
export const progressRecord = "progress.json";

/** Where the last watch served the pages. */
export const watchRecord = "watch.json";

/** What the last run of all benchmarks measured. */
export const benchmarksRecord = "benchmarks.json";

/** What the last comparison of the shop on every transport measured. */
export const transportsRecord = "transports.json";

/** What the last `npm run shop scale` measured. */
export const scaleRecord = "scale.json";

/** Reads a small JSON file of the work folder; one that is missing or torn counts as empty. */
export function readRecord<Value>(root: string, name: string): Record<string, Value> {
  try {
    return JSON.parse(readIfThere(join(root, "work", name)) ?? "{}");
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    // One that only cannot be read now must not be written anew.
    throw error;
  }
}

/** Writes it in one go, so that a stop halfway leaves the old one. */
export function writeRecord(root: string, name: string, record: object): void {
  const path = join(root, "work", name);
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, `${readable(record)}\n`);
  renameSync(fresh, path);
}

/** As JSON that is pleasant to read: lists of numbers on one line. */
function readable(record: object): string {
  return JSON.stringify(record, null, 2).replace(/\[[\s\d,]+\]/g, (list) =>
    list.replace(/\s+/g, "").replaceAll(",", ", "),
  );
}
