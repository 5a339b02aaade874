import assert from "node:assert/strict";
import { fork } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  BrokenRecordError,
  type PartitionLog,
  type Place,
  type Repair,
  START,
} from "#bus/partition-log";
import {
  type ConsumedRecord,
  Consumer,
  type ConsumerOptions,
  share,
} from "#lesson/08-kafka-on-files/consumer.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic, partitionOf } from "#lesson/08-kafka-on-files/topic.ts";
import { TodoError } from "#todo";

/** A folder of its own for one check, removed afterwards. */
function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "kafka-on-files-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A producer that has sent the orders 1 to `count`, one after the other. */
async function sendOrders(folder: string, count: number): Promise<Producer> {
  const producer = new Producer({ folder });
  for (let id = 1; id <= count; id++) await producer.send("orders", { id });
  return producer;
}

/** A consumer that is subscribed to the orders. */
function orderConsumer(options: ConsumerOptions): Consumer {
  const consumer = new Consumer(options);
  consumer.subscribe("orders");
  return consumer;
}

function valuesOf(records: readonly ConsumedRecord[]): unknown[] {
  return records.map((record) => record.value);
}

/** Where each record stands, in the order in which they were polled. */
function placesOf(records: readonly ConsumedRecord[]): string[] {
  return records.map(({ partition, offset }) => placeName(partition, offset));
}

function placeName(partition: number, offset: number): string {
  return `partition ${partition}, offset ${offset}`;
}

/** Polls until a consumer has nothing left. */
async function drain(consumer: Consumer): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = [];
  for (;;) {
    const more = await consumer.poll();
    if (more.length === 0) return records;
    records.push(...more);
  }
}

/** What a poll hands over, or the broken record that it reports. */
async function polled(consumer: Consumer): Promise<string[]> {
  try {
    return placesOf(await consumer.poll());
  } catch (error) {
    if (!(error instanceof BrokenRecordError)) throw error;
    return [`BrokenRecordError: ${basename(error.file)}, line ${error.line}`];
  }
}

/** The name of the error that `action` throws or rejects with, or "accepted" if it does not. */
async function outcome(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof TodoError || !(error instanceof Error)) throw error;
    if (error instanceof TypeError) return "TypeError";
    if (error instanceof RangeError) return "RangeError";
    return `Error: ${error.message}`;
  }
  return "accepted";
}

/** Whether `action` is refused, with whatever error. */
async function isRefused(action: () => unknown): Promise<boolean> {
  return (await outcome(action)) !== "accepted";
}

/** Notes what is opened, and by which name. */
function noting(paths: Set<string>): (path: string) => PartitionLog {
  return (path) => {
    paths.add(basename(path));
    const log = new FileLog(path);
    return {
      // Other logs answer later.
      append: async (entries) => log.append(entries),
      read: (from, limit) => log.read(from, limit),
      end: () => log.end(),
      placeOf: (offset) => log.placeOf(offset),
      placeAt: (time) => log.placeAt(time),
    };
  };
}

/** The broken record that `action` comes upon. */
async function brokenRecord(action: () => unknown): Promise<BrokenRecordError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof BrokenRecordError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: "Nobody noticed the broken record." });
}

// Step 1 · Send

test("step 1 · send says where the record stands", async (t) => {
  const producer = new Producer({ folder: emptyFolder(t) });
  const first = await producer.send("orders", { id: 15 });
  const second = await producer.send("orders", { id: 16 });
  assert.deepEqual(first, { topic: "orders", partition: 0, offset: 0 });
  assert.deepEqual(second, { topic: "orders", partition: 0, offset: 1 });
});

test("step 1 · a record is one line of JSON in the file of its topic", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder, clock: () => 1_767_225_600_000 });
  await producer.send("orders", { id: 15 });
  await producer.send("orders", "two\nlines, ☕ and 🍵");
  const text = readFileSync(join(folder, "orders-0.log"), "utf8");
  const lines = text.split("\n");
  assert.deepEqual(
    { behindTheLastLineBreak: lines.pop() },
    { behindTheLastLineBreak: "" },
  );
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [
      { offset: 0, time: 1_767_225_600_000, value: { id: 15 } },
      { offset: 1, time: 1_767_225_600_000, value: "two\nlines, ☕ and 🍵" },
    ],
  );
});

test("step 1 · every topic has a file and offsets of its own", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  await producer.send("orders", { id: 15 });
  const payment = await producer.send("payments", { id: 15, euros: 12.5 });
  assert.deepEqual(
    { payment: payment.offset, files: readdirSync(folder).sort() },
    { payment: 0, files: ["orders-0.log", "payments-0.log"] },
  );
});

test("step 1 · a hundred sends at once get a hundred offsets", async (t) => {
  const producer = new Producer({ folder: emptyFolder(t) });
  const sent = await Promise.all(
    Array.from({ length: 100 }, (_, id) => producer.send("orders", { id })),
  );
  const offsets = sent.map(({ offset }) => offset).sort((one, other) => one - other);
  assert.deepEqual(
    offsets,
    Array.from({ length: 100 }, (_, offset) => offset),
  );
});

test("step 1 · a log takes several entries at once and numbers them", async (t) => {
  const log = new FileLog(join(emptyFolder(t), "orders-0.log"));
  const records = await log.append([
    { time: 1, value: "tea" },
    { time: 2, key: "ann", value: "coffee" },
  ]);
  const more = await log.append([{ time: 3, value: "cake" }]);
  assert.deepEqual(
    [...records, ...more].map(({ offset, value }) => ({ offset, value })),
    [
      { offset: 0, value: "tea" },
      { offset: 1, value: "coffee" },
      { offset: 2, value: "cake" },
    ],
  );
});

test("step 1 · the end is counted in bytes: é is one letter and two of them", async (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  const log = new FileLog(path);
  await log.append([
    { time: 1, value: "café" },
    { time: 2, value: "Київ 🍵" },
  ]);
  assert.deepEqual(
    { end: endOf(log) },
    { end: { offset: 2, position: statSync(path).size } },
  );
});

/** The end of a log. A log that counts otherwise than the file takes it for somebody else's. */
function endOf(log: PartitionLog): Place | string {
  try {
    return log.end();
  } catch (error) {
    if (!(error instanceof TodoError)) throw error;
    return "a position that is not the size of the file";
  }
}

test("step 1 · a folder that is not there is made", async (t) => {
  const folder = join(emptyFolder(t), "shop", "log");
  const sent = await new Producer({ folder }).send("orders", { id: 15 });
  assert.equal(sent.offset, 0);
});

test("step 1 · a producer writes to the log that openLog gives it", async (t) => {
  const folder = emptyFolder(t);
  const opened = new Set<string>();
  const producer = new Producer({ folder, openLog: noting(opened) });
  const { offset } = await producer.send("orders", { id: 15 });
  assert.deepEqual(
    { opened: [...opened], offset },
    { opened: ["orders-0.log"], offset: 0 },
  );
});

// Step 2 · Poll

test("step 2 · poll gives the new records, with their offsets", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder, clock: () => 1_767_225_600_000 });
  await producer.send("orders", { id: 15 });
  await producer.send("orders", { id: 16 });
  const consumer = orderConsumer({ folder, group: "billing" });
  const records = await consumer.poll();
  const fields = records.map(({ topic, partition, offset, time, value }) => ({
    topic,
    partition,
    offset,
    time,
    value,
  }));
  assert.deepEqual(fields, [
    {
      topic: "orders",
      partition: 0,
      offset: 0,
      time: 1_767_225_600_000,
      value: { id: 15 },
    },
    {
      topic: "orders",
      partition: 0,
      offset: 1,
      time: 1_767_225_600_000,
      value: { id: 16 },
    },
  ]);
});

test("step 2 · a second poll gives only what is new, and nothing when nothing is", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sendOrders(folder, 2);
  const consumer = orderConsumer({ folder, group: "billing" });
  const first = await consumer.poll();
  const second = await consumer.poll();
  await producer.send("orders", { id: 3 });
  const third = await consumer.poll();
  assert.deepEqual(
    { first: valuesOf(first), second: valuesOf(second), third: valuesOf(third) },
    { first: [{ id: 1 }, { id: 2 }], second: [], third: [{ id: 3 }] },
  );
});

test("step 2 · a topic that is not there yet is no error", async (t) => {
  const folder = emptyFolder(t);
  const consumer = orderConsumer({ folder, group: "billing" });
  const before = await consumer.poll();
  await sendOrders(folder, 1);
  const after = await consumer.poll();
  assert.deepEqual(
    { before: valuesOf(before), after: valuesOf(after) },
    { before: [], after: [{ id: 1 }] },
  );
});

test("step 2 · poll(2) gives two at most, and the next one goes on behind them", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 5);
  const consumer = orderConsumer({ folder, group: "billing" });
  const offsets: number[][] = [];
  for (let turn = 0; turn < 4; turn++)
    offsets.push((await consumer.poll(2)).map(({ offset }) => offset));
  assert.deepEqual({ offsets }, { offsets: [[0, 1], [2, 3], [4], []] });
});

test("step 2 · half a line is no record until the other half is there", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 1);
  const consumer = orderConsumer({ folder, group: "billing" });
  const file = join(folder, "orders-0.log");
  appendFileSync(file, '{"offset":1,"time":5,"val');
  const half = await consumer.poll();
  appendFileSync(file, 'ue":{"id":2}}');
  const allButTheEnd = await consumer.poll();
  appendFileSync(file, "\n");
  const whole = await consumer.poll();
  assert.deepEqual(
    {
      half: valuesOf(half),
      allButTheEnd: valuesOf(allButTheEnd),
      whole: valuesOf(whole),
    },
    { half: [{ id: 1 }], allButTheEnd: [], whole: [{ id: 2 }] },
  );
});

test("step 2 · letters of two, three and four bytes do not shift anything", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  const texts = ["Müller", "Київ", "☕", "🍵🍵", "plain"];
  for (const text of texts) await producer.send("orders", text);
  const consumer = orderConsumer({ folder, group: "billing" });
  const heard: unknown[] = [];
  for (let turn = 0; turn < texts.length; turn++)
    heard.push(...valuesOf(await consumer.poll(1)));
  assert.deepEqual(heard, texts);
});

test("step 2 · a record of half a megabyte and ten thousand small ones arrive", async (t) => {
  const folder = emptyFolder(t);
  const log = new FileLog(join(folder, "orders-0.log"));
  const long = "tea ".repeat(128 * 1024);
  await log.append([{ time: 1, value: long }]);
  await log.append(Array.from({ length: 10_000 }, (_, id) => ({ time: 2, value: id })));
  const consumer = orderConsumer({ folder, group: "billing" });
  const [first] = await consumer.poll(1);
  const { value } = first ?? {};
  assert.deepEqual(
    {
      bigRecord: value === undefined ? "did not arrive" : "arrived",
      whole: value === long,
    },
    { bigRecord: "arrived", whole: true },
  );
  const ids: unknown[] = [];
  for (let turn = 0; ids.length < 10_000 && turn < 10_000; turn++)
    ids.push(...valuesOf(await consumer.poll(10_000)));
  const inOrder = ids.every((id, index) => id === index);
  assert.deepEqual(
    { smallRecords: ids.length, inOrder },
    { smallRecords: 10_000, inOrder: true },
  );
});

test("step 2 · a poll never looks back at what it has read", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sendOrders(folder, 3);
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.poll();
  const file = openSync(join(folder, "orders-0.log"), "r+");
  writeSync(file, "\n\n\n~~~", 0);
  closeSync(file);
  await producer.send("orders", { id: 4 });
  const records = await consumer.poll();
  assert.deepEqual(valuesOf(records), [{ id: 4 }]);
});

test("step 2 · one consumer may read two topics", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  await producer.send("orders", { id: 15 });
  await producer.send("payments", { id: 15 });
  await producer.send("parcels", { id: 15 });
  const consumer = orderConsumer({ folder, group: "audit" });
  consumer.subscribe("payments");
  consumer.subscribe("orders");
  const records = await consumer.poll();
  assert.deepEqual(records.map(({ topic }) => topic).sort(), ["orders", "payments"]);
});

test("step 2 · to subscribe once more changes nothing", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const consumer = orderConsumer({ folder, group: "billing" });
  const before = await consumer.poll(1);
  consumer.subscribe("orders");
  const after = await consumer.poll();
  assert.deepEqual(
    { before: valuesOf(before), after: valuesOf(after) },
    { before: [{ id: 1 }], after: [{ id: 2 }] },
  );
});

test("step 2 · a poll without a subscription is an error", async (t) => {
  const folder = emptyFolder(t);
  const subscribed = orderConsumer({ folder, group: "billing" });
  await subscribed.poll();
  const forgotten = new Consumer({ folder, group: "billing" });
  assert.deepEqual(
    { pollIsRefused: await isRefused(() => forgotten.poll()) },
    { pollIsRefused: true },
  );
});

test("step 2 · a consumer reads the log that openLog gives it", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 1);
  const opened = new Set<string>();
  const openLog = noting(opened);
  await orderConsumer({ folder, group: "billing", openLog }).poll();
  assert.deepEqual({ opened: [...opened] }, { opened: ["orders-0.log"] });
});

test("step 2 · in a log of three gigabytes, only what is new is read", (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  const position = 3e9;
  writeFileSync(path, "");
  // Most of it is a hole, which takes no room on the disk.
  truncateSync(path, position);
  appendFileSync(path, '{"offset":7,"time":1,"value":{"id":7}}\n');
  const { records } = new FileLog(path).read({ offset: 7, position }, 500);
  assert.deepEqual({ offsets: records.map(({ offset }) => offset) }, { offsets: [7] });
});

test("step 2 · a log tells the place behind what it gave", async (t) => {
  const log = new FileLog(join(emptyFolder(t), "orders-0.log"));
  await log.append([1, 2, 3].map((id) => ({ time: 1, value: id })));
  const first = log.read(START, 2);
  const second = log.read(first.next, 2);
  const third = log.read(second.next, 2);
  const [one, two, three] = [first, second, third].map(({ records, next }) => ({
    values: records.map(({ value }) => value),
    nextOffset: next.offset,
  }));
  assert.deepEqual(
    { one, two, three },
    {
      one: { values: [1, 2], nextOffset: 2 },
      two: { values: [3], nextOffset: 3 },
      three: { values: [], nextOffset: 3 },
    },
  );
  assert.deepEqual({ next: third.next }, { next: second.next });
});

// Step 3 · Start again

test("step 3 · a producer that starts again goes on with the next offset", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const sent = await new Producer({ folder }).send("orders", { id: 4 });
  assert.equal(sent.offset, 3);
});

test("step 3 · two producers in one process take the offsets in turn", async (t) => {
  const folder = emptyFolder(t);
  const producers = [new Producer({ folder }), new Producer({ folder })];
  const offsets: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    for (const producer of producers) {
      offsets.push((await producer.send("orders", { turn })).offset);
    }
  }
  assert.deepEqual({ offsets }, { offsets: [0, 1, 2, 3, 4, 5] });
});

test("step 3 · half a line left by a crash is cut off and reported", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const file = join(folder, "orders-0.log");
  appendFileSync(file, '{"offset":2,"time":5,"val');
  const repairs: Repair[] = [];
  const producer = new Producer({ folder, onRepair: (repair) => repairs.push(repair) });
  const sent = await producer.send("orders", { id: 3 });
  assert.deepEqual(
    { toldToOnRepair: repairs, offset: sent.offset },
    { toldToOnRepair: [{ file, line: 3, bytes: 25 }], offset: 2 },
  );
  const consumer = orderConsumer({ folder, group: "billing" });
  assert.deepEqual(valuesOf(await consumer.poll()), [{ id: 1 }, { id: 2 }, { id: 3 }]);
});

test("step 3 · the very first line may be the torn one", async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, "orders-0.log"), '{"offset":0');
  const lines: number[] = [];
  const onRepair = ({ line }: Repair) => lines.push(line);
  const sent = await new Producer({ folder, onRepair }).send("orders", { id: 1 });
  assert.deepEqual(
    { repairedLines: lines, offset: sent.offset },
    { repairedLines: [1], offset: 0 },
  );
});

test("step 3 · wherever the crash struck, whole records stay and the next one follows", async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, "orders-0.log");
  await sendOrders(folder, 3);
  const bytes = readFileSync(file);
  // A producer that keeps onRepair to itself would write a line for every byte.
  t.mock.method(console, "error", () => {});
  const wrong: string[] = [];
  for (let size = bytes.length; size > 0; size--) {
    writeFileSync(file, bytes);
    truncateSync(file, size);
    const whole = bytes.subarray(0, size).toString().split("\n").length - 1;
    const producer = new Producer({ folder, onRepair: () => {} });
    const { offset } = await producer.send("orders", { id: "new" });
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    if (offset !== whole || lines.length !== whole + 1)
      wrong.push(`cut at byte ${size}: offset ${offset}, ${lines.length} lines`);
  }
  assert.deepEqual({ wrong }, { wrong: [] });
});

test("step 3 · without onRepair a repair is a line on stderr", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 1);
  appendFileSync(join(folder, "orders-0.log"), '{"off');
  const lines: string[] = [];
  t.mock.method(console, "error", (...parts: unknown[]) => lines.push(parts.join(" ")));
  await new Producer({ folder }).send("orders", { id: 2 });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /orders-0\.log/);
});

test("step 3 · a consumer leaves half a line alone: somebody may be writing it", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 1);
  const file = join(folder, "orders-0.log");
  appendFileSync(file, '{"offset":1');
  const before = readFileSync(file, "utf8");
  const end = new FileLog(file).end();
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.poll();
  await consumer.poll();
  assert.deepEqual(
    { endOffset: end.offset, file: readFileSync(file, "utf8") },
    { endOffset: 1, file: before },
  );
});

// Step 4 · Commit

test("step 4 · after a restart a consumer goes on behind its last commit", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sendOrders(folder, 2);
  const before = orderConsumer({ folder, group: "billing", id: "worker" });
  await before.poll();
  await before.commit();
  await producer.send("orders", { id: 3 });
  const after = orderConsumer({ folder, group: "billing", id: "worker" });
  assert.deepEqual(valuesOf(await after.poll()), [{ id: 3 }]);
});

test("step 4 · what was polled and not committed comes again", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const before = orderConsumer({ folder, group: "billing", id: "worker" });
  await before.poll(1);
  await before.commit();
  await before.poll(1);
  const after = orderConsumer({ folder, group: "billing", id: "worker" });
  assert.deepEqual(valuesOf(await after.poll()), [{ id: 2 }, { id: 3 }]);
});

test("step 4 · with autoCommit every poll is committed before it returns", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const before = orderConsumer({
    folder,
    group: "mail",
    id: "worker",
    autoCommit: true,
  });
  await before.poll(2);
  const after = orderConsumer({ folder, group: "mail", id: "worker" });
  assert.deepEqual(valuesOf(await after.poll()), [{ id: 3 }]);
});

test("step 4 · every group has an offset of its own", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const billing = orderConsumer({ folder, group: "billing" });
  await billing.poll();
  await billing.commit();
  const shipping = orderConsumer({ folder, group: "shipping" });
  assert.deepEqual(valuesOf(await shipping.poll()), [{ id: 1 }, { id: 2 }]);
});

test("step 4 · a commit replaces the file of the offset, it does not write into it", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.poll(1);
  await consumer.commit();
  const path = join(folder, "billing@orders-0.json");
  const before = readFileSync(path, "utf8");
  const held = openSync(path, "r");
  t.after(() => closeSync(held));
  await consumer.poll(1);
  await consumer.commit();
  // Whoever opened the old file still reads the old place, whole.
  assert.deepEqual(
    {
      whoeverOpenedItBefore: readFileSync(held, "utf8"),
      committedNow: JSON.parse(readFileSync(path, "utf8")).offset,
    },
    { whoeverOpenedItBefore: before, committedNow: 2 },
  );
});

test("step 4 · no two members write the same draft", async (t) => {
  const drafts: string[][] = [];
  for (const id of ["mail-1", "mail-2"]) {
    const folder = emptyFolder(t);
    await sendOrders(folder, 2);
    const consumer = orderConsumer({ folder, group: "mail", id });
    await consumer.poll(1);
    await consumer.commit();
    await consumer.poll(1);
    // With a folder in its place the draft cannot take that name, and is left to look at.
    const path = join(folder, "mail@orders-0.json");
    rmSync(path);
    mkdirSync(join(path, "in-the-way"), { recursive: true });
    const before = readdirSync(folder);
    await outcome(() => consumer.commit());
    drafts.push(readdirSync(folder).filter((name) => !before.includes(name)));
  }
  const [ofMail1 = [], ofMail2 = []] = drafts;
  assert.deepEqual(
    { writtenByBoth: ofMail1.filter((name) => ofMail2.includes(name)) },
    { writtenByBoth: [] },
  );
});

test("step 4 · a commit leaves nothing lying about", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 1);
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.poll();
  await consumer.commit();
  await consumer.commit();
  const files = readdirSync(folder).filter((name) => name.includes(".json"));
  assert.deepEqual(files, ["billing@orders-0.json"]);
});

test("step 4 · a commit before the first poll, or with nothing new, changes nothing", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.commit();
  const records = await consumer.poll();
  await consumer.poll();
  await consumer.commit();
  assert.deepEqual(
    { polled: valuesOf(records), afterwards: valuesOf(await consumer.poll()) },
    { polled: [{ id: 1 }, { id: 2 }], afterwards: [] },
  );
});

// Step 5 · Seek

test("step 5 · seek to the beginning hears the past again", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.poll();
  await consumer.seek("orders", "beginning");
  assert.deepEqual(valuesOf(await consumer.poll()), [{ id: 1 }, { id: 2 }, { id: 3 }]);
});

test("step 5 · seek to the end hears only what comes from now on", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sendOrders(folder, 3);
  const consumer = orderConsumer({ folder, group: "analytics" });
  await consumer.seek("orders", "end");
  const before = await consumer.poll();
  await producer.send("orders", { id: 4 });
  const after = await consumer.poll();
  assert.deepEqual(
    { before: valuesOf(before), after: valuesOf(after) },
    { before: [], after: [{ id: 4 }] },
  );
});

test("step 5 · seek to an offset, back and forth", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 5);
  const consumer = orderConsumer({ folder, group: "billing" });
  const firsts: unknown[] = [];
  for (const offset of [3, 0, 4, 1]) {
    await consumer.seek("orders", { offset });
    firsts.push((await consumer.poll(1))[0]?.offset);
  }
  await consumer.seek("orders", { offset: 5 });
  const atTheEnd = await consumer.poll();
  assert.deepEqual({ firsts, atTheEnd }, { firsts: [3, 0, 4, 1], atTheEnd: [] });
});

/** Sends a record at each of the times, and tells where a seek to each of `wanted` leads. */
async function soughtTimes(folder: string, times: number[], wanted: number[]) {
  let now = 0;
  const producer = new Producer({ folder, clock: () => now });
  for (now of times) await producer.send("orders", { now });
  const consumer = orderConsumer({ folder, group: "billing" });
  const found: Record<string, unknown> = {};
  for (const time of wanted) {
    await consumer.seek("orders", { time });
    found[`time ${time}`] = (await consumer.poll(1))[0]?.offset ?? "the end";
  }
  return found;
}

test("step 5 · seek to a time finds the first record at or after it", async (t) => {
  const times = [1_000, 2_000, 2_000, 3_000];
  const wanted = [0, 1_000, 1_001, 2_000, 2_999, 3_000, 3_001];
  assert.deepEqual(await soughtTimes(emptyFolder(t), times, wanted), {
    "time 0": 0,
    "time 1000": 0,
    "time 1001": 1,
    "time 2000": 1,
    "time 2999": 3,
    "time 3000": 3,
    "time 3001": "the end",
  });
});

test("step 5 · a clock that was set back does not hide the first record", async (t) => {
  const found = await soughtTimes(emptyFolder(t), [50, 90, 30, 40], [40, 60, 91]);
  assert.deepEqual(found, { "time 40": 0, "time 60": 1, "time 91": "the end" });
});

test("step 5 · a time far down a long log is found, and all that follows", async (t) => {
  const folder = emptyFolder(t);
  const log = new FileLog(join(folder, "orders-0.log"));
  await log.append(Array.from({ length: 2_345 }, (_, id) => ({ time: id, value: id })));
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.seek("orders", { time: 1_777 });
  const offsets = (await drain(consumer)).map(({ offset }) => offset);
  assert.deepEqual(
    { first: offsets[0], last: offsets.at(-1) },
    { first: 1_777, last: 2_344 },
  );
});

test("step 5 · a seek alone commits nothing, a commit after it does, backwards too", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const options = { folder, group: "billing", id: "worker" };
  const first = orderConsumer(options);
  await first.poll();
  await first.commit();
  await first.seek("orders", "beginning");
  const second = orderConsumer(options);
  const afterSeek = await second.poll();
  await second.seek("orders", "beginning");
  await second.poll(1);
  await second.commit();
  const afterCommit = await orderConsumer(options).poll();
  assert.deepEqual(
    { afterSeek: valuesOf(afterSeek), afterCommit: valuesOf(afterCommit) },
    { afterSeek: [], afterCommit: [{ id: 2 }, { id: 3 }] },
  );
});

test("step 5 · an offset that is not there is refused, and the place is kept", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.seek("orders", { offset: 2 });
  const found: Record<string, string> = {};
  for (const offset of [4, -1, 1.5, Number.NaN]) {
    found[`offset ${offset}`] = await outcome(() => consumer.seek("orders", { offset }));
  }
  assert.deepEqual(found, {
    "offset 4": "RangeError",
    "offset -1": "RangeError",
    "offset 1.5": "RangeError",
    "offset NaN": "RangeError",
  });
  assert.deepEqual(
    { pollAfterwards: valuesOf(await consumer.poll()) },
    { pollAfterwards: [{ id: 3 }] },
  );
});

test("step 5 · a seek in a topic that is not subscribed to is an error", async (t) => {
  const consumer = orderConsumer({ folder: emptyFolder(t), group: "billing" });
  await consumer.seek("orders", "end");
  assert.deepEqual(
    { seekIsRefused: await isRefused(() => consumer.seek("payments", "end")) },
    { seekIsRefused: true },
  );
});

// Step 6 · Partitions

test("step 6 · a topic of three partitions is three files, each with its own offsets", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 3);
  const producer = new Producer({ folder });
  const sent: string[] = [];
  for (let id = 0; id < 6; id++) {
    const { partition, offset } = await producer.send("orders", { id });
    sent.push(placeName(partition, offset));
  }
  const files = readdirSync(folder).filter((name) => name.endsWith(".log"));
  assert.deepEqual(
    { sent: sent.sort(), files: files.sort() },
    {
      sent: [0, 1, 2].flatMap((each) => [placeName(each, 0), placeName(each, 1)]),
      files: ["orders-0.log", "orders-1.log", "orders-2.log"],
    },
  );
});

test("step 6 · without a key, the partitions of each topic take turns", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  const found: Record<string, number[]> = { orders: [], payments: [] };
  for (const topic of Object.keys(found)) createTopic(folder, topic, 2);
  for (let id = 0; id < 4; id++) {
    for (const [topic, partitions] of Object.entries(found))
      partitions.push((await producer.send(topic, { id })).partition);
  }
  for (const partitions of Object.values(found)) partitions.sort();
  assert.deepEqual(found, { orders: [0, 0, 1, 1], payments: [0, 0, 1, 1] });
});

test("step 6 · a key always goes to the same partition, and is kept in the record", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 3);
  const keys = ["ann", "bob", "carla", "Дмитро", "", "42"];
  const partitionsOf = async (producer: Producer, order: string[]) => {
    const found: Record<string, number> = {};
    for (const key of order)
      found[key] = (await producer.send("orders", {}, { key })).partition;
    return found;
  };
  const first = await partitionsOf(new Producer({ folder }), keys);
  const second = await partitionsOf(new Producer({ folder }), [...keys].reverse());
  assert.deepEqual(second, first);
  const records = await orderConsumer({ folder, group: "billing" }).poll();
  const byKey: Record<string, number[]> = {};
  for (const { key, partition } of records) {
    const name = key === undefined ? "no key" : `key "${key}"`;
    byKey[name] = [...(byKey[name] ?? []), partition];
  }
  assert.deepEqual(
    byKey,
    Object.fromEntries(keys.map((key) => [`key "${key}"`, [first[key], first[key]]])),
  );
});

test("step 6 · a key goes to the same partition in every process", async () => {
  const keys = ["ann", "bob", "carla", "Дмитро", "42"];
  const here = keys.map((key) => partitionOf(key, 3));
  // In another order: what one process has seen before must not count.
  const other = fork(join(import.meta.dirname, "another-process.ts"), keys.toReversed());
  const there = await new Promise<number[]>((resolve) => {
    other.once("message", (found: number[]) => resolve(found.toReversed()));
    other.once("exit", () => resolve([]));
  });
  const byKey = (partitions: number[]) =>
    Object.fromEntries(keys.map((key, at) => [key, partitions[at]]));
  assert.deepEqual({ there: byKey(there) }, { there: byKey(here) });
});

test("step 6 · a key without letters is a key, too", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 3);
  const producer = new Producer({ folder });
  const found = new Set<number>();
  for (let id = 0; id < 3; id++)
    found.add((await producer.send("orders", { id }, { key: "" })).partition);
  assert.deepEqual({ partitionsOfOneKey: found.size }, { partitionsOfOneKey: 1 });
});

test("step 6 · many keys spread over all partitions, and nowhere else", async () => {
  const counts = new Map<number, number>();
  for (let key = 0; key < 600; key++) {
    const partition = partitionOf(`customer-${key}`, 4);
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  const few = [...counts].filter(([, count]) => count <= 30).map(([each]) => each);
  assert.deepEqual(
    { partitions: [...counts.keys()].sort(), withHardlyAnyKey: few },
    { partitions: [0, 1, 2, 3], withHardlyAnyKey: [] },
  );
});

test("step 6 · one consumer reads all partitions; the orders of one key keep their order", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 3);
  const producer = new Producer({ folder });
  const keys = ["ann", "bob", "carla", "dan", "eve"];
  for (let id = 0; id < 30; id++) {
    await producer.send("orders", id, { key: keys[id % 5] ?? "" });
  }
  const consumer = orderConsumer({ folder, group: "billing" });
  const records: ConsumedRecord[] = [];
  for (let turn = 0; turn < 12; turn++) records.push(...(await consumer.poll(3)));
  const ofAnn = records.filter(({ key }) => key === "ann").map(({ value }) => value);
  assert.deepEqual(
    { ofAnn, records: records.length },
    { ofAnn: [0, 5, 10, 15, 20, 25], records: 30 },
  );
});

test("step 6 · each partition has a committed offset of its own", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 2);
  const producer = new Producer({ folder });
  for (let id = 0; id < 4; id++) await producer.send("orders", { id });
  const options = { folder, group: "billing", id: "worker" };
  const before = orderConsumer(options);
  await before.poll(1);
  await before.commit();
  const after = orderConsumer(options);
  assert.deepEqual(placesOf(await after.poll()).sort(), [
    placeName(0, 1),
    placeName(1, 1),
  ]);
});

test("step 6 · an offset that one partition lacks moves the consumer in none", async (t) => {
  for (const longer of [0, 1]) {
    const folder = emptyFolder(t);
    createTopic(folder, "orders", 2);
    const log = new FileLog(join(folder, `orders-${longer}.log`));
    await log.append([1, 2].map((id) => ({ time: id, value: id })));
    const consumer = orderConsumer({ folder, group: "billing" });
    const seek = await outcome(() => consumer.seek("orders", { offset: 2 }));
    assert.deepEqual(
      { seek, pollAfterwards: placesOf(await consumer.poll()) },
      {
        seek: "RangeError",
        pollAfterwards: [placeName(longer, 0), placeName(longer, 1)],
      },
    );
  }
});

test("step 6 · a topic keeps its number of partitions", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 2);
  createTopic(folder, "orders", 2);
  await new Producer({ folder }).send("payments", {});
  const refused = {
    "createTopic of 3, where there are 2": await isRefused(() =>
      createTopic(folder, "orders", 3),
    ),
    "createTopic of 2, where there is 1": await isRefused(() =>
      createTopic(folder, "payments", 2),
    ),
  };
  assert.deepEqual(refused, {
    "createTopic of 3, where there are 2": true,
    "createTopic of 2, where there is 1": true,
  });
  const files = readdirSync(folder).filter((name) => name.endsWith(".log"));
  assert.deepEqual(files.sort(), ["orders-0.log", "orders-1.log", "payments-0.log"]);
});

test("step 6 · a topic has one partition or more", async (t) => {
  const found: Record<string, string> = {};
  for (const partitions of [0, -1, 1.5, Number.NaN]) {
    const folder = emptyFolder(t);
    const create = () => createTopic(folder, "orders", partitions);
    found[`createTopic of ${partitions}`] = await outcome(create);
  }
  assert.deepEqual(found, {
    "createTopic of 0": "RangeError",
    "createTopic of -1": "RangeError",
    "createTopic of 1.5": "RangeError",
    "createTopic of NaN": "RangeError",
  });
});

test("step 6 · a topic brings its folder with it", async (t) => {
  const folder = join(emptyFolder(t), "shop", "log");
  const made = await outcome(() => createTopic(folder, "orders", 2));
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  assert.deepEqual(
    { made, files },
    { made: "accepted", files: ["orders-0.log", "orders-1.log"] },
  );
});

// Step 7 · Share

/** A topic of `partitions` partitions, with `each` records in every one of them. */
async function sharedTopic(folder: string, partitions: number, each: number) {
  createTopic(folder, "orders", partitions);
  const producer = new Producer({ folder });
  for (let id = 0; id < partitions * each; id++) await producer.send("orders", { id });
  return producer;
}

test("step 7 · two members of a group share: every record goes to one of them", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 2);
  const first = orderConsumer({ folder, group: "billing" });
  const second = orderConsumer({ folder, group: "billing" });
  const ofFirst = placesOf(await drain(first));
  const ofSecond = placesOf(await drain(second));
  assert.deepEqual(
    {
      ofFirst: ofFirst.length,
      ofSecond: ofSecond.length,
      together: [...ofFirst, ...ofSecond].sort(),
    },
    {
      ofFirst: 2,
      ofSecond: 2,
      together: [0, 1].flatMap((each) => [placeName(each, 0), placeName(each, 1)]),
    },
  );
});

test("step 7 · partitions are shared out whole, evenly, and all of them", () => {
  for (const [partitions, count] of [
    [8, 3],
    [4, 3],
    [5, 4],
    [2, 5],
    [6, 2],
  ] as const) {
    const members = ["ann", "bob", "carla", "dan", "eve"].slice(0, count);
    const shares = members.map((member) => share(partitions, members, member));
    const sizes = shares.map(({ length }) => length);
    const all = shares.flat().sort((one, other) => one - other);
    assert.deepEqual(
      { partitions, members: count, shared: all, fair: isFair(sizes), sizes },
      {
        partitions,
        members: count,
        shared: Array.from({ length: partitions }, (_, partition) => partition),
        fair: true,
        sizes,
      },
    );
  }
});

/** Nobody has two more than another. */
function isFair(sizes: number[]): boolean {
  return Math.max(...sizes) - Math.min(...sizes) <= 1;
}

test("step 7 · a member too many gets nothing", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 1);
  const members = [1, 2, 3].map(() => orderConsumer({ folder, group: "billing" }));
  const counts: number[] = [];
  for (const member of members) counts.push((await drain(member)).length);
  assert.deepEqual({ recordsOfEach: counts.sort() }, { recordsOfEach: [0, 1, 1] });
});

test("step 7 · another group hears everything again", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 2);
  const [billing1, billing2, shipping] = ["billing", "billing", "shipping"].map((group) =>
    orderConsumer({ folder, group }),
  ) as [Consumer, Consumer, Consumer];
  assert.deepEqual(
    {
      billing1: (await drain(billing1)).length,
      billing2: (await drain(billing2)).length,
      shipping: (await drain(shipping)).length,
    },
    { billing1: 2, billing2: 2, shipping: 4 },
  );
});

test("step 7 · a member that leaves hands its partitions over, from its last commit on", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 3);
  const staying = orderConsumer({ folder, group: "billing" });
  const leaving = orderConsumer({ folder, group: "billing" });
  await drain(staying);
  await staying.commit();
  const [dealtWith] = await leaving.poll(1);
  await leaving.commit();
  await leaving.poll();
  await leaving.close();
  const partition = dealtWith?.partition ?? -1;
  const takenOver = placesOf(await drain(staying));
  assert.deepEqual(
    { takenOver },
    { takenOver: [placeName(partition, 1), placeName(partition, 2)] },
  );
});

test("step 7 · whoever joins later takes partitions from the others", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sharedTopic(folder, 2, 1);
  const early = orderConsumer({ folder, group: "billing" });
  await drain(early);
  await early.commit();
  const late = orderConsumer({ folder, group: "billing" });
  for (let id = 0; id < 2; id++) await producer.send("orders", { id });
  assert.deepEqual(
    { early: (await drain(early)).length, late: (await drain(late)).length },
    { early: 1, late: 1 },
  );
});

test("step 7 · a member that died without a word is struck off after a while", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 1);
  let now = Date.UTC(2026, 0, 31);
  const options = { folder, group: "billing", clock: () => now, sessionTimeout: 10_000 };
  const living = orderConsumer(options);
  const dead = orderConsumer(options);
  await dead.poll();
  const before = await drain(living);
  await living.commit();
  now += 6_000;
  const soon = await drain(living);
  now += 6_000;
  const later = await drain(living);
  assert.deepEqual(
    { atOnce: before.length, after6Seconds: soon.length, after12Seconds: later.length },
    { atOnce: 1, after6Seconds: 0, after12Seconds: 1 },
  );
});

test("step 7 · a late commit does not touch what another member holds by now", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 4);
  const slow = orderConsumer({ folder, group: "billing" });
  await slow.poll(1);
  const quick = orderConsumer({ folder, group: "billing" });
  const partition = (await drain(quick))[0]?.partition;
  await quick.commit();
  await slow.commit();
  await quick.close();
  await slow.close();
  const next = await drain(orderConsumer({ folder, group: "billing" }));
  const again = next.filter((record) => record.partition === partition);
  assert.deepEqual({ onceMore: placesOf(again) }, { onceMore: [] });
});

test("step 7 · who came and went in between has left its offsets behind", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 3);
  const staying = orderConsumer({ folder, group: "billing" });
  await staying.poll(1);
  await staying.commit();
  const passing = orderConsumer({ folder, group: "billing" });
  const theirs = placesOf(await drain(passing));
  await passing.commit();
  await passing.close();
  const mine = placesOf(await drain(staying));
  assert.deepEqual(
    { theirs: theirs.length, together: [...theirs, ...mine].sort() },
    {
      theirs: 2,
      together: [0, 1].flatMap((each) => [placeName(each, 1), placeName(each, 2)]),
    },
  );
});

// Step 8 · Trust nothing

test("step 8 · a topic's name cannot leave the folder", async (t) => {
  const outside = emptyFolder(t);
  const folder = join(outside, "log");
  const producer = new Producer({ folder });
  const consumer = new Consumer({ folder, group: "billing" });
  const names = ["../orders", "..", ".", "", "a/b", "a\\b", "/etc/orders", "a\0b", "A"];
  for (const name of [...names, "orders\n../orders"]) {
    const send = await outcome(() => producer.send(name, {}));
    const subscribe = await outcome(() => consumer.subscribe(name));
    const create = await outcome(() => createTopic(folder, name, 1));
    assert.deepEqual(
      { name, send, subscribe, createTopic: create },
      { name, send: "TypeError", subscribe: "TypeError", createTopic: "TypeError" },
    );
  }
  assert.deepEqual(
    { outside: readdirSync(outside), inside: readdirSync(folder) },
    { outside: ["log"], inside: [] },
  );
});

test("step 8 · nor can the name of a group or a member", async (t) => {
  const folder = emptyFolder(t);
  for (const name of ["../billing", "a/b", "", "billing@orders"]) {
    const asGroup = await outcome(() => new Consumer({ folder, group: name }));
    const asId = await outcome(
      () => new Consumer({ folder, group: "billing", id: name }),
    );
    assert.deepEqual(
      { name, asGroup, asId },
      { name, asGroup: "TypeError", asId: "TypeError" },
    );
  }
});

test("step 8 · ordinary names are accepted", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  const refused = await outcome(() => producer.send("../orders", {}));
  assert.deepEqual({ "../orders": refused }, { "../orders": "TypeError" });
  const names = ["orders", "shop.orders", "orders-2026", "line_items", "7"];
  for (const name of names) await producer.send(name, {});
  const consumer = new Consumer({ folder, group: "audit.log", id: "worker-1" });
  for (const name of names) consumer.subscribe(name);
  const topics = (await consumer.poll()).map(({ topic }) => topic);
  assert.deepEqual(topics.sort(), [...names].sort());
});

test("step 8 · a broken record names its file and its line", async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, "orders-0.log");
  await sendOrders(folder, 3);
  const lines = readFileSync(file, "utf8").split("\n");
  lines[1] = `~${lines[1]?.slice(1)}`;
  writeFileSync(file, lines.join("\n"));
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.seek("orders", { offset: 1 });
  const broken = await brokenRecord(() => consumer.poll());
  assert.deepEqual({ file: broken.file, line: broken.line }, { file, line: 2 });
});

test("step 8 · the good records before a broken one come first, and a seek steps over it", async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, "orders-0.log");
  await sendOrders(folder, 4);
  const lines = readFileSync(file, "utf8").split("\n");
  lines[2] = "no record";
  writeFileSync(file, lines.join("\n"));
  const consumer = orderConsumer({ folder, group: "billing" });
  const before = await consumer.poll();
  const { line } = await brokenRecord(() => consumer.poll());
  await consumer.seek("orders", { offset: 3 });
  const after = await consumer.poll();
  assert.deepEqual(
    { before: valuesOf(before), line, after: valuesOf(after) },
    { before: [{ id: 1 }, { id: 2 }], line: 3, after: [{ id: 4 }] },
  );
});

test("step 8 · a broken record stops its own partition, and no other", async (t) => {
  for (const [good, bad] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const folder = emptyFolder(t);
    createTopic(folder, "orders", 2);
    writeFileSync(join(folder, `orders-${bad}.log`), "no record\n");
    const log = new FileLog(join(folder, `orders-${good}.log`));
    await log.append([1, 2].map((id) => ({ time: id, value: id })));
    const options = { folder, group: "billing", id: "worker" };
    const consumer = orderConsumer(options);
    const first = await polled(consumer);
    const nothingElse = await polled(consumer);
    await consumer.commit();
    await log.append([{ time: 3, value: 3 }]);
    const afterRestart = await polled(orderConsumer(options));
    assert.deepEqual(
      { first, nothingElse, afterRestart },
      {
        first: [placeName(good, 0), placeName(good, 1)],
        nothingElse: [`BrokenRecordError: orders-${bad}.log, line 1`],
        afterRestart: [placeName(good, 2)],
      },
    );
  }
});

test("step 8 · a line that is JSON and yet no record is broken too", async (t) => {
  for (const line of ["null", "7", "[]", '"offset"', '{"id":15}', '{"offset":"0"}']) {
    const folder = emptyFolder(t);
    writeFileSync(join(folder, "orders-0.log"), `${line}\n`);
    const consumer = orderConsumer({ folder, group: "billing" });
    const found = await polled(consumer);
    assert.deepEqual(
      { line, found },
      { line, found: ["BrokenRecordError: orders-0.log, line 1"] },
    );
  }
});

test("step 8 · an offset that stands twice is noticed", async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, "orders-0.log");
  await sendOrders(folder, 2);
  const [, second] = readFileSync(file, "utf8").split("\n");
  appendFileSync(file, `${second}\n`);
  const consumer = orderConsumer({ folder, group: "billing" });
  const before = await consumer.poll();
  const broken = await brokenRecord(() => consumer.poll());
  assert.deepEqual(
    { goodOnes: before.length, brokenLine: broken.line },
    { goodOnes: 2, brokenLine: 3 },
  );
});

test("step 8 · nothing is appended to a log whose last line is broken", async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, "orders-0.log");
  await sendOrders(folder, 2);
  appendFileSync(file, "no record\n");
  const producer = new Producer({ folder });
  const broken = await brokenRecord(() => producer.send("orders", { id: 3 }));
  assert.deepEqual({ file: broken.file, line: broken.line }, { file, line: 3 });
});

test("step 8 · what JSON cannot write is refused, and leaves no trace", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sendOrders(folder, 1);
  const found: Record<string, string> = {};
  for (const value of [undefined, () => {}, Symbol("tea"), 10n]) {
    found[typeof value] = await outcome(() => producer.send("orders", value));
  }
  const { offset } = await producer.send("orders", null);
  assert.deepEqual(
    { ...found, offsetAfterwards: offset },
    {
      undefined: "TypeError",
      function: "TypeError",
      symbol: "TypeError",
      bigint: "TypeError",
      offsetAfterwards: 1,
    },
  );
});
