// What a log on files costs. RECORDS=10000000 makes the long log longer; it takes 100 bytes each.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import kleur from "kleur";
import { Consumer as YourConsumer } from "#lesson/08-kafka-on-files/consumer.ts";
import { FileLog as YourFileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { isFinished, median, rounded, table } from "../../shared/bench/measure.ts";
import { FileLog } from "../../shared/bus/file-log.ts";
import type { Entry } from "../../shared/bus/partition-log.ts";
import { Consumer } from "../../solutions/08-kafka-on-files/consumer.ts";
import { SegmentedLog } from "./further/segmented-log.ts";

const SHORT = 1_000;
const LONG = Number(process.env.RECORDS ?? 1_000_000);
const ROUNDS = 7;
const POLLS = 2_000;
/** How many groups of callers one pass of sending has. */
const GROUPS = 100;
const folder = mkdtempSync(join(tmpdir(), "log-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

type Reader = typeof Consumer | typeof YourConsumer;
let groups = 0;

function order(id: number) {
  const value = { id, item: "green tea", price: 12.5 };
  return { time: Date.now(), key: `customer-${id % 500}`, value };
}

/** Makes a topic of `count` records, some thousand to a write. */
function fill(topic: string, count: number): string {
  const path = join(folder, `${topic}-0.log`);
  const log = new FileLog(path);
  for (let id = 0; id < count; id += 1_000)
    log.append(Array.from({ length: 1_000 }, (_, index) => order(id + index)));
  return path;
}

function consumerOf(Kind: Reader, topic: string, autoCommit = false) {
  const Log = Kind === Consumer ? FileLog : YourFileLog;
  const openLog = (path: string) => new Log(path);
  const group = `group-${++groups}`;
  const consumer = new Kind({ folder, group, autoCommit, openLog });
  consumer.subscribe(topic);
  return consumer;
}

/** In microseconds. */
async function timeOf(work: () => unknown): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1_000;
}

/** The median of interleaved rounds for each contender. */
async function compare(contenders: Record<string, () => Promise<number>>) {
  const names = Object.keys(contenders);
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names)
      times.get(name)?.push((await contenders[name]?.()) ?? Number.NaN);
  }
  return names.map((name) => ({ name, value: median(times.get(name) ?? []) }));
}

/** An empty poll, and a poll of one new record, at the end of logs of two lengths. */
async function benchPolls(
  name: string,
  Kind: Reader,
  Log: typeof FileLog | typeof YourFileLog,
): Promise<void> {
  const ends: {
    consumer: Consumer | YourConsumer;
    log: FileLog | YourFileLog;
    empty: number[];
    fresh: number[];
  }[] = [];
  for (const topic of ["short", "long"]) {
    const consumer = consumerOf(Kind, topic);
    await consumer.seek(topic, "end");
    const log = new Log(join(folder, `${topic}-0.log`));
    ends.push({ consumer, log, empty: [], fresh: [] });
  }
  // Single polls take turns, and their median counts: so nothing else the machine does tells.
  for (let poll = 0; poll < POLLS; poll++) {
    for (const { consumer, log, empty, fresh } of ends) {
      empty.push(await timeOf(() => consumer.poll()));
      await log.append([order(poll)]);
      fresh.push(await timeOf(() => consumer.poll()));
    }
  }
  const rows = (["empty", "fresh"] as const).map((what) => {
    const [short = 0, long = 0] = ends.map((end) => median(end[what]));
    const title = what === "empty" ? "empty poll" : "poll of one new record";
    return [title, rounded(short), rounded(long), `${(long / short).toFixed(2)} ×`];
  });
  const sizes = [SHORT, LONG].map((count) => `µs at ${count.toLocaleString("en")}`);
  const title = kleur.bold(`${name}: the end of a log`);
  console.log(`\n${table([title, ...sizes, "ratio"], rows)}`);
}

/** Reading a log from one end to the other, in polls of 500, beside the limit. */
async function benchDraining(kinds: [string, Reader][]) {
  const count = 100_000;
  const path = fill("drain", count);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  let sum = 0;
  const drain = (Kind: Reader, autoCommit: boolean) => {
    const consumer = consumerOf(Kind, "drain", autoCommit);
    return timeOf(async () => {
      for (;;) {
        const records = await consumer.poll(500);
        if (records.length === 0) break;
        sum += records.length;
      }
    });
  };
  const contenders: Record<string, () => Promise<number>> = {
    "JSON.parse of lines in memory (the limit)": () =>
      timeOf(() => {
        for (const line of lines) sum += JSON.parse(line).offset;
      }),
  };
  for (const [name, Kind] of kinds) {
    contenders[name] = () => drain(Kind, false);
    contenders[`${name}, a commit in every poll`] = () => drain(Kind, true);
  }
  contenders["the file read whole, for each 500 (of 10,000)"] = async () => {
    const part = lines.slice(0, 10_000).join("\n");
    const time = await timeOf(() => {
      for (let offset = 0; offset < 10_000; offset += 500) {
        const all = part.split("\n").map((line) => JSON.parse(line));
        sum += all.slice(offset, offset + 500).length;
      }
    });
    return time * (count / 10_000);
  };
  const results = await compare(contenders);
  const limit = results[0]?.value ?? 1;
  const rows = results.map(({ name, value }) => [
    name,
    rounded((count / value) * 1_000),
    `${(limit / value).toFixed(2)} ×`,
  ]);
  console.log(`\n${table([kleur.bold("draining a log"), "records/ms", "ratio"], rows)}`);
  return sum;
}

/** Appending for a number of callers who each wait until the disk has their record, beside SQLite doing the same. */
async function benchSending() {
  const sqlite = await openSqlite();
  const rows: string[][] = [];
  for (const inFlight of [1, 100, 1_000]) {
    const log = new SegmentedLog(join(folder, `sent-${inFlight}.log`), {
      durability: "fsync",
    });
    const sendAll = (send: (entry: Entry) => Promise<unknown>) =>
      timeOf(async () => {
        for (let group = 0; group < GROUPS; group++) {
          const callers = Array.from({ length: inFlight }, (_, id) => send(order(id)));
          await Promise.all(callers);
        }
      });
    const contenders: Record<string, () => Promise<number>> = {
      log: () => sendAll((entry) => log.append([entry])),
    };
    if (sqlite) contenders.sqlite = () => sendAll(sqlite.send);
    await contenders.log?.();
    const [ours, theirs] = await compare(contenders);
    await log.close();
    const perSecond = (time = Number.NaN) => rounded(((GROUPS * inFlight) / time) * 1e6);
    rows.push([
      `${inFlight.toLocaleString("en")} in flight`,
      perSecond(ours?.value),
      theirs ? perSecond(theirs.value) : "–",
      theirs ? `${(theirs.value / (ours?.value ?? 1)).toFixed(2)} ×` : "–",
    ]);
  }
  sqlite?.close();
  const head = [kleur.bold("sending, with fsync"), "log/s", "SQLite/s", "ratio"];
  console.log(`\n${table(head, rows)}`);
  if (!sqlite)
    console.log("SQLite does not take part: node:sqlite came with Node 22.13.");
}

/** One transaction for all who call in the same breath, as a careful user of SQLite would do it. */
async function openSqlite() {
  // Not written as an import, since Node 20 has no such module and no types for it.
  const name = "node:sqlite";
  const module = await import(name).catch(() => undefined);
  if (module === undefined) return undefined;
  const database = new module.DatabaseSync(join(folder, "log.db"));
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec(
    "CREATE TABLE log (offset INTEGER PRIMARY KEY, time INTEGER, key TEXT, value TEXT)",
  );
  const insert = database.prepare("INSERT INTO log (time, key, value) VALUES (?, ?, ?)");
  let transaction: Promise<void> | undefined;
  return {
    send({ time, key, value }: Entry): Promise<void> {
      if (transaction === undefined) database.exec("BEGIN");
      transaction ??= Promise.resolve().then(() => {
        transaction = undefined;
        database.exec("COMMIT");
      });
      insert.run(time, key ?? null, JSON.stringify(value));
      return transaction;
    },
    close: () => database.close(),
  };
}

const isReady = await isFinished("your consumer", async () => {
  new YourFileLog(join(folder, "try-0.log")).append([order(1)]);
  await consumerOf(YourConsumer, "try", true).poll();
  await consumerOf(YourConsumer, "try").seek("try", "end");
});
console.log(`Writing a log of ${LONG.toLocaleString("en")} records …`);
fill("short", SHORT);
fill("long", LONG);
await benchPolls("the reference", Consumer, FileLog);
if (isReady) await benchPolls("your consumer", YourConsumer, YourFileLog);
const kinds: [string, Reader][] = [["the reference", Consumer]];
if (isReady) kinds.push(["your consumer", YourConsumer]);
await benchDraining(kinds);
await benchSending();
