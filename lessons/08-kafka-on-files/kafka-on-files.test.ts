import assert from "node:assert/strict";
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { BrokenRecordError, type Repair, START } from "#bus/partition-log";
import {
  type ConsumedRecord,
  Consumer,
  type ConsumerOptions,
  share,
} from "#lesson/08-kafka-on-files/consumer.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic, partitionOf } from "#lesson/08-kafka-on-files/topic.ts";

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

/** Each record as `partition/offset`, in the order in which they were polled. */
function placesOf(records: readonly ConsumedRecord[]): string[] {
  return records.map(({ partition, offset }) => `${partition}/${offset}`);
}

/** The name of the error that `action` throws or rejects with, for input that must be refused. */
async function refusal(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof TypeError) return "TypeError";
    if (error instanceof RangeError) return "RangeError";
    throw error;
  }
  return "accepted";
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
  assert.equal(lines.pop(), "");
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
  assert.equal(payment.offset, 0);
  assert.equal(existsSync(join(folder, "orders-0.log")), true);
  assert.equal(existsSync(join(folder, "payments-0.log")), true);
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
    [...records, ...more].map(({ offset, value }) => `${offset} ${value}`),
    ["0 tea", "1 coffee", "2 cake"],
  );
});

test("step 1 · a folder that is not there is made", async (t) => {
  const folder = join(emptyFolder(t), "shop", "log");
  const sent = await new Producer({ folder }).send("orders", { id: 15 });
  assert.equal(sent.offset, 0);
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
  assert.deepEqual(valuesOf(first), [{ id: 1 }, { id: 2 }]);
  assert.deepEqual(valuesOf(second), []);
  assert.deepEqual(valuesOf(third), [{ id: 3 }]);
});

test("step 2 · a topic that is not there yet is no error", async (t) => {
  const folder = emptyFolder(t);
  const consumer = orderConsumer({ folder, group: "billing" });
  const before = await consumer.poll();
  await sendOrders(folder, 1);
  const after = await consumer.poll();
  assert.deepEqual(valuesOf(before), []);
  assert.deepEqual(valuesOf(after), [{ id: 1 }]);
});

test("step 2 · poll(2) gives two at most, and the next one goes on behind them", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 5);
  const consumer = orderConsumer({ folder, group: "billing" });
  const places: string[][] = [];
  for (let turn = 0; turn < 4; turn++) places.push(placesOf(await consumer.poll(2)));
  assert.deepEqual(places, [["0/0", "0/1"], ["0/2", "0/3"], ["0/4"], []]);
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
    [half, allButTheEnd, whole].map((records) => valuesOf(records)),
    [[{ id: 1 }], [], [{ id: 2 }]],
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
  assert.equal(first?.value === long, true);
  const ids: unknown[] = [];
  for (let turn = 0; ids.length < 10_000 && turn < 10_000; turn++)
    ids.push(...valuesOf(await consumer.poll(10_000)));
  assert.equal(ids.length, 10_000);
  assert.equal(
    ids.every((id, index) => id === index),
    true,
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

test("step 2 · a log tells the place behind what it gave", async (t) => {
  const log = new FileLog(join(emptyFolder(t), "orders-0.log"));
  await log.append([1, 2, 3].map((id) => ({ time: 1, value: id })));
  const first = log.read(START, 2);
  const second = log.read(first.next, 2);
  const third = log.read(second.next, 2);
  assert.deepEqual(
    [first, second, third].map(({ records }) => records.map(({ value }) => value)),
    [[1, 2], [3], []],
  );
  assert.deepEqual(third.next, second.next);
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
  assert.deepEqual(offsets, [0, 1, 2, 3, 4, 5]);
});

test("step 3 · half a line left by a crash is cut off and reported", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const file = join(folder, "orders-0.log");
  appendFileSync(file, '{"offset":2,"time":5,"val');
  const repairs: Repair[] = [];
  const producer = new Producer({ folder, onRepair: (repair) => repairs.push(repair) });
  const sent = await producer.send("orders", { id: 3 });
  assert.equal(sent.offset, 2);
  assert.deepEqual(repairs, [{ file, line: 3, bytes: 25 }]);
  const consumer = orderConsumer({ folder, group: "billing" });
  assert.deepEqual(valuesOf(await consumer.poll()), [{ id: 1 }, { id: 2 }, { id: 3 }]);
});

test("step 3 · the very first line may be the torn one", async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, "orders-0.log"), '{"offset":0');
  const lines: number[] = [];
  const onRepair = ({ line }: Repair) => lines.push(line);
  const sent = await new Producer({ folder, onRepair }).send("orders", { id: 1 });
  assert.equal(sent.offset, 0);
  assert.deepEqual(lines, [1]);
});

test("step 3 · wherever the crash struck, whole records stay and the next one follows", async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, "orders-0.log");
  await sendOrders(folder, 3);
  const bytes = readFileSync(file);
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
  assert.deepEqual(wrong, []);
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
  assert.equal(end.offset, 1);
  assert.equal(readFileSync(file, "utf8"), before);
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
  assert.equal(readFileSync(held, "utf8"), before);
  assert.equal(JSON.parse(readFileSync(path, "utf8")).offset, 2);
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
  assert.deepEqual(valuesOf(records), [{ id: 1 }, { id: 2 }]);
  assert.deepEqual(await consumer.poll(), []);
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
  assert.deepEqual([valuesOf(before), valuesOf(after)], [[], [{ id: 4 }]]);
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

test("step 5 · seek to a time finds the first record at or after it", async (t) => {
  const folder = emptyFolder(t);
  let now = 0;
  const producer = new Producer({ folder, clock: () => now });
  for (now of [1_000, 2_000, 2_000, 3_000]) await producer.send("orders", { now });
  const consumer = orderConsumer({ folder, group: "billing" });
  const found: unknown[] = [];
  for (const time of [0, 1_000, 1_001, 2_000, 2_999, 3_000, 3_001]) {
    await consumer.seek("orders", { time });
    found.push((await consumer.poll(1))[0]?.offset);
  }
  assert.deepEqual(found, [0, 0, 1, 1, 3, 3, undefined]);
});

test("step 5 · a time far down a long log is found, and all that follows", async (t) => {
  const folder = emptyFolder(t);
  const log = new FileLog(join(folder, "orders-0.log"));
  await log.append(Array.from({ length: 2_345 }, (_, id) => ({ time: id, value: id })));
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.seek("orders", { time: 1_777 });
  const records = await consumer.poll(10_000);
  const offsets = records.map(({ offset }) => offset);
  assert.deepEqual([offsets[0], offsets.at(-1)], [1_777, 2_344]);
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
    [valuesOf(afterSeek), valuesOf(afterCommit)],
    [[], [{ id: 2 }, { id: 3 }]],
  );
});

test("step 5 · an offset that is not there is refused, and the place is kept", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const consumer = orderConsumer({ folder, group: "billing" });
  await consumer.seek("orders", { offset: 2 });
  const results: string[] = [];
  for (const offset of [4, -1, 1.5, Number.NaN]) {
    results.push(await refusal(() => consumer.seek("orders", { offset })));
  }
  assert.deepEqual(results, ["RangeError", "RangeError", "RangeError", "RangeError"]);
  assert.deepEqual(valuesOf(await consumer.poll()), [{ id: 3 }]);
});

// Step 6 · Partitions

test("step 6 · a topic of three partitions is three files, each with its own offsets", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 3);
  const producer = new Producer({ folder });
  const sent: string[] = [];
  for (let id = 0; id < 6; id++) {
    const { partition, offset } = await producer.send("orders", { id });
    sent.push(`${partition}/${offset}`);
  }
  assert.deepEqual(sent.sort(), ["0/0", "0/1", "1/0", "1/1", "2/0", "2/1"]);
  const files = readdirSync(folder).filter((name) => name.endsWith(".log"));
  assert.deepEqual(files.sort(), ["orders-0.log", "orders-1.log", "orders-2.log"]);
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
  assert.deepEqual(
    records.map(({ key, partition }) => `${key} ${partition}`).sort(),
    keys.flatMap((key) => [`${key} ${first[key]}`, `${key} ${first[key]}`]).sort(),
  );
});

test("step 6 · many keys spread over all partitions, and nowhere else", async () => {
  const counts = new Map<number, number>();
  for (let key = 0; key < 600; key++) {
    const partition = partitionOf(`customer-${key}`, 4);
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  assert.deepEqual([...counts.keys()].sort(), [0, 1, 2, 3]);
  assert.equal(Math.min(...counts.values()) > 30, true);
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
  assert.deepEqual(ofAnn, [0, 5, 10, 15, 20, 25]);
  assert.equal(records.length, 30);
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
  assert.deepEqual(placesOf(await after.poll()).sort(), ["0/1", "1/1"]);
});

test("step 6 · a topic keeps its number of partitions", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 2);
  createTopic(folder, "orders", 2);
  assert.throws(() => createTopic(folder, "orders", 3), /orders/);
  await new Producer({ folder }).send("payments", {});
  assert.throws(() => createTopic(folder, "payments", 2), /payments/);
  const files = readdirSync(folder).filter((name) => name.endsWith(".log"));
  assert.deepEqual(files.sort(), ["orders-0.log", "orders-1.log", "payments-0.log"]);
});

test("step 6 · a topic has one partition or more", async (t) => {
  const folder = emptyFolder(t);
  const results: string[] = [];
  for (const partitions of [0, -1, 1.5, Number.NaN]) {
    results.push(await refusal(() => createTopic(folder, "orders", partitions)));
  }
  assert.deepEqual(results, ["RangeError", "RangeError", "RangeError", "RangeError"]);
});

// Step 7 · Share

/** A topic of `partitions` partitions, with `each` records in every one of them. */
async function sharedTopic(folder: string, partitions: number, each: number) {
  createTopic(folder, "orders", partitions);
  const producer = new Producer({ folder });
  for (let id = 0; id < partitions * each; id++) await producer.send("orders", { id });
  return producer;
}

/** Polls until a member of the group has nothing left. */
async function drain(consumer: Consumer): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = [];
  for (;;) {
    const more = await consumer.poll();
    if (more.length === 0) return records;
    records.push(...more);
  }
}

test("step 7 · two members of a group share: every record goes to one of them", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 2);
  const first = orderConsumer({ folder, group: "billing" });
  const second = orderConsumer({ folder, group: "billing" });
  const ofFirst = placesOf(await drain(first));
  const ofSecond = placesOf(await drain(second));
  assert.deepEqual([ofFirst.length, ofSecond.length], [2, 2]);
  assert.deepEqual([...ofFirst, ...ofSecond].sort(), ["0/0", "0/1", "1/0", "1/1"]);
});

test("step 7 · partitions are shared out whole, evenly, and all of them", () => {
  const members = ["ann", "bob", "carla"];
  const shares = members.map((member) => share(8, members, member));
  assert.deepEqual(
    shares.flat().sort((one, other) => one - other),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
  assert.deepEqual(shares.map(({ length }) => length).sort(), [2, 3, 3]);
});

test("step 7 · a member too many gets nothing", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 1);
  const members = [1, 2, 3].map(() => orderConsumer({ folder, group: "billing" }));
  const counts: number[] = [];
  for (const member of members) counts.push((await drain(member)).length);
  assert.deepEqual(counts.sort(), [0, 1, 1]);
});

test("step 7 · another group hears everything again", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 2);
  const members = ["billing", "billing", "shipping"].map((group) =>
    orderConsumer({ folder, group }),
  );
  const counts: number[] = [];
  for (const member of members) counts.push((await drain(member)).length);
  assert.deepEqual(counts, [2, 2, 4]);
});

test("step 7 · a member that leaves hands its partitions over, from its last commit on", async (t) => {
  const folder = emptyFolder(t);
  await sharedTopic(folder, 2, 3);
  const staying = orderConsumer({ folder, group: "billing" });
  const leaving = orderConsumer({ folder, group: "billing" });
  await drain(staying);
  await staying.commit();
  const dealtWith = placesOf(await leaving.poll(1));
  await leaving.commit();
  await leaving.poll();
  await leaving.close();
  const partition = dealtWith[0]?.split("/")[0];
  const takenOver = placesOf(await drain(staying));
  assert.deepEqual(takenOver, [`${partition}/1`, `${partition}/2`]);
});

test("step 7 · whoever joins later takes partitions from the others", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sharedTopic(folder, 2, 1);
  const early = orderConsumer({ folder, group: "billing" });
  await drain(early);
  await early.commit();
  const late = orderConsumer({ folder, group: "billing" });
  for (let id = 0; id < 2; id++) await producer.send("orders", { id });
  const counts = [(await drain(early)).length, (await drain(late)).length];
  assert.deepEqual(counts, [1, 1]);
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
  assert.deepEqual([before.length, soon.length, later.length], [1, 0, 1]);
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
  assert.deepEqual(placesOf(again), []);
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
  assert.equal(theirs.length, 2);
  assert.deepEqual([...theirs, ...mine].sort(), ["0/1", "0/2", "1/1", "1/2"]);
});

// Step 8 · Trust nothing

test("step 8 · a topic's name cannot leave the folder", async (t) => {
  const outside = emptyFolder(t);
  const folder = join(outside, "log");
  const producer = new Producer({ folder });
  const consumer = new Consumer({ folder, group: "billing" });
  const names = ["../orders", "..", ".", "", "a/b", "a\\b", "/etc/orders", "a\0b", "A"];
  const results: string[][] = [];
  for (const name of names) {
    results.push([
      await refusal(() => producer.send(name, {})),
      await refusal(() => consumer.subscribe(name)),
      await refusal(() => createTopic(folder, name, 1)),
    ]);
  }
  assert.deepEqual(
    results,
    names.map(() => ["TypeError", "TypeError", "TypeError"]),
  );
  assert.deepEqual(readdirSync(outside), ["log"]);
  assert.deepEqual(readdirSync(folder), []);
});

test("step 8 · nor can the name of a group or a member", async (t) => {
  const folder = emptyFolder(t);
  const results: string[] = [];
  for (const name of ["../billing", "a/b", "", "billing@orders"]) {
    results.push(await refusal(() => new Consumer({ folder, group: name })));
    results.push(
      await refusal(() => new Consumer({ folder, group: "billing", id: name })),
    );
  }
  assert.deepEqual(
    results,
    results.map(() => "TypeError"),
  );
});

test("step 8 · ordinary names are accepted", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  assert.equal(await refusal(() => producer.send("../orders", {})), "TypeError");
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

test("step 8 · a line that is JSON and yet no record is broken too", async (t) => {
  for (const line of ["null", "7", "[]", '"offset"', '{"id":15}', '{"offset":"0"}']) {
    const folder = emptyFolder(t);
    writeFileSync(join(folder, "orders-0.log"), `${line}\n`);
    const consumer = orderConsumer({ folder, group: "billing" });
    const broken = await brokenRecord(() => consumer.poll());
    assert.equal(broken.line, 1);
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
  assert.deepEqual([before.length, broken.line], [2, 3]);
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
  const results: string[] = [];
  for (const value of [undefined, () => {}, Symbol("tea"), 10n]) {
    results.push(await refusal(() => producer.send("orders", value)));
  }
  const sent = await producer.send("orders", null);
  assert.deepEqual(results, ["TypeError", "TypeError", "TypeError", "TypeError"]);
  assert.equal(sent.offset, 1);
});
