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

/** The ids of orders, or the values themselves. */
export function idsOf(records: readonly { value: unknown }[]): unknown[] {
  return records.map(({ value }) => (value as { id?: number } | null)?.id ?? value);
}

/** Polls until a consumer has nothing left. */
export async function drain(consumer: Consumer) {
  const records: ConsumedRecord[] = [];
  while (records.length < 50_000) {
    const more = await consumer.poll();
    if (more.length === 0) return records;
    records.push(...more);
  }
  const { topic, offset } = records.at(-1) as ConsumedRecord;
  throw new Error(`the polls do not end: the last one gave ${topic}, ${offset}`);
}

type Action = (() => unknown) | Promise<unknown>;

/** What `action` throws or rejects with; a promise can only reject. */
export async function refusalOf(action: Action): Promise<Error | undefined> {
  try {
    await (typeof action === "function" ? action() : action);
    return undefined;
  } catch (error) {
    if (error instanceof TodoError || !(error instanceof Error)) throw error;
    return error;
  }
}

/** The kind of error that `action` throws or rejects with, or "accepted" if it does not. */
export async function outcome(action: Action): Promise<string> {
  const error = await refusalOf(action);
  return error ? kindOf(error) : "accepted";
}

/** The name of a file, if there is one at this path. */
export const nameOf = (path: string) =>
  existsSync(path) ? basename(path) : `no file ${path}`;

/** An error in a few words: the text promises its kind, and of a broken record file and line. */
export function kindOf(error: Error): string {
  if (error instanceof BrokenRecordError) {
    return `BrokenRecordError: ${nameOf(error.file)}, line ${error.line}`;
  }
  if (error instanceof TypeError) return "TypeError";
  return error instanceof RangeError ? "RangeError" : "Error";
}

/** Notes what is opened. Like some other logs, it answers later. */
export function noting(paths: string[]): (path: string) => PartitionLog {
  return (path) => {
    paths.push(basename(path));
    const log = new FileLog(path);
    const append = log.append.bind(log);
    return Object.assign(log, { append: async (list: Entry[]) => append(list) });
  };
}

/** The logs in a folder. */
export function logsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".log"))
    .sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
}

/** Looks at each call of a method first; what `look` throws, the call throws or rejects with. */
function watch(
  target: object,
  methods: string[],
  look: (...parts: never[]) => void,
): () => void {
  const originals = methods.map((method) => [method, Reflect.get(target, method)]);
  for (const [method, original] of originals)
    Reflect.set(target, method, function (this: { fd: number }, ...parts: never[]) {
      try {
        look(...(parts.length > 0 ? parts : [this.fd as never]));
      } catch (error) {
        if (target === fs.promises) return Promise.reject(error);
        throw error;
      }
      return original.apply(this, parts);
    });
  syncBuiltinESMExports();
  return () => {
    for (const [method, original] of originals) Reflect.set(target, method, original);
    syncBuiltinESMExports();
  };
}

/** Looks at each rename, in whichever way it is asked for. */
export function watchRenames(look: (draft: string, to: string) => void): () => void {
  const ends = [
    watch(fs, ["rename", "renameSync"], look),
    watch(fs.promises, ["rename"], look),
  ];
  return () => ends.forEach((end) => void end());
}

/**
 * The renames that `work` asks of the disk, in whichever way, and whether the disk had all of the
 * draft by then. The first one is refused, as Windows does while somebody has the file open.
 */
export async function renamesOf(t: TestContext, work: () => unknown) {
  const renames: { draft: string; to: string; synced: boolean }[] = [];
  const synced = new Set<string>();
  const stateOf = ({ ino, size }: fs.Stats) => `${ino}, ${size} bytes`;
  const sync = (file: number) => void synced.add(stateOf(fs.fstatSync(file)));
  const rename = (draft: string, to: string) => {
    renames.push({ draft, to, synced: synced.has(stateOf(fs.statSync(draft))) });
    if (renames.length === 1)
      throw Object.assign(new Error("EPERM: it is open"), { code: "EPERM" });
  };
  const handle = await open(join(emptyFolder(t), "any"), "w");
  const ends = [
    watch(Object.getPrototypeOf(handle), ["sync", "datasync"], sync),
    watch(fs, ["fsync", "fdatasync", "fsyncSync", "fdatasyncSync"], sync),
    watchRenames(rename),
  ];
  try {
    await work();
  } finally {
    for (const end of ends) end();
    await handle.close();
  }
  return renames;
}
