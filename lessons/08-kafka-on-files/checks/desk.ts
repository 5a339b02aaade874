/** What the checks of this lesson share. */
import fs, { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { BrokenRecordError, type Entry, type PartitionLog } from "#bus/partition-log";
import type {
  ConsumedRecord,
  ConsumerOptions,
} from "#given/08-kafka-on-files/given/options.ts";
import { Consumer } from "#lesson/08-kafka-on-files/consumer.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { TodoError } from "#todo";

/** A folder of its own for one check, removed afterwards. */
export function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "kafka-on-files-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A producer that has sent the orders 1 to `count`, one after the other. */
export async function sendOrders(folder: string, count: number): Promise<Producer> {
  const producer = new Producer({ folder });
  for (let id = 1; id <= count; id++) await producer.send("orders", { id });
  return producer;
}

/** A consumer that is subscribed to the orders, or to other topics. */
export function consumerOf(options: ConsumerOptions, ...topics: string[]): Consumer {
  const consumer = new Consumer(options);
  for (const topic of topics.length > 0 ? topics : ["orders"]) consumer.subscribe(topic);
  return consumer;
}

/** Some entries with the values 1 to `count`, whose times are the same numbers. */
export function entries(count: number): Entry[] {
  return Array.from({ length: count }, (_, index) => ({
    time: index + 1,
    value: index + 1,
  }));
}

/** The ids of orders, or the values themselves. */
export function idsOf(records: readonly { value: unknown }[]): unknown[] {
  return records.map(({ value }) => (value as { id?: number } | null)?.id ?? value);
}

/** Where each record stands, sorted: the order among partitions is open. */
export function placesOf(records: readonly ConsumedRecord[]): string[] {
  return records.map(({ partition, offset }) => `${partition}/${offset}`).sort();
}

/** Polls until a consumer has nothing left. */
export async function drain(consumer: Consumer): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = [];
  for (;;) {
    const more = await consumer.poll();
    if (more.length === 0) return records;
    records.push(...more);
  }
}

/** The kind of error that `action` throws or rejects with, or "accepted" if it does not. */
export async function outcome(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    return refusal(error);
  }
  return "accepted";
}

/** An error in a few words: the text promises its kind, and of a broken record file and line. */
export function refusal(error: unknown): string {
  if (error instanceof TodoError || !(error instanceof Error)) throw error;
  if (error instanceof BrokenRecordError) {
    const file = existsSync(error.file) ? basename(error.file) : `no file ${error.file}`;
    return `BrokenRecordError: ${file}, line ${error.line}`;
  }
  if (error instanceof TypeError) return "TypeError";
  return error instanceof RangeError ? "RangeError" : "Error";
}

/** Notes what is opened. Like some other logs, it answers later. */
export function noting(paths: string[]): (path: string) => PartitionLog {
  return (path) => {
    paths.push(basename(path));
    const log = new FileLog(path);
    return {
      append: async (list) => log.append(list),
      read: (from, limit) => log.read(from, limit),
      end: () => log.end(),
      placeOf: (offset) => log.placeOf(offset),
      placeAt: (time) => log.placeAt(time),
    };
  };
}

/** The logs in a folder. */
export function logsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".log"))
    .sort();
}

/** What `work` asks of the disk, in order, in whichever way it says so. */
export async function diskCalls(t: TestContext, work: () => unknown) {
  const calls: { name: "sync" | "rename"; paths: string[] }[] = [];
  const watch = (target: object, method: string, name: "sync" | "rename") => {
    const original = Reflect.get(target, method);
    t.mock.method(
      target as never,
      method as never,
      function (this: unknown, ...parts: unknown[]) {
        calls.push({ name, paths: parts.slice(0, 2).map(String) });
        return original.apply(this, parts);
      } as never,
    );
  };
  const file = await open(join(emptyFolder(t), "any"), "w");
  for (const method of ["sync", "datasync"])
    watch(Object.getPrototypeOf(file), method, "sync");
  for (const method of ["fsync", "fdatasync", "fsyncSync", "fdatasyncSync"])
    watch(fs, method, "sync");
  for (const method of ["rename", "renameSync"]) watch(fs, method, "rename");
  watch(fs.promises, "rename", "rename");
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    t.mock.restoreAll();
    syncBuiltinESMExports();
    await file.close();
  }
  return calls;
}
