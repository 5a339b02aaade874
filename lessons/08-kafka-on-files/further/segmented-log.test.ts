import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  BrokenRecordError,
  type LogRecord,
  type PartitionLog,
  type Place,
  type Repair,
  ReplacedLogError,
  START,
} from "#bus/partition-log";
import { Consumer } from "../../../solutions/08-kafka-on-files/consumer.ts";
import { Producer } from "../../../solutions/08-kafka-on-files/producer.ts";
import { emptyFolder } from "../checks/desk.ts";
import { FileLock } from "./file-lock.ts";
import { createSegmentedTopic, SegmentedLog } from "./segmented-log.ts";

/** Small segments and a dense index, so that a few records make many of them. */
const small = { segmentBytes: 200, indexEvery: 60 };

async function fill(log: PartitionLog, count: number, time = (id: number) => id) {
  for (let id = 0; id < count; id++) await log.append([{ time: time(id), value: id }]);
}

function readAll(log: PartitionLog, from: Place = START): LogRecord[] {
  const records: LogRecord[] = [];
  for (let place = from; ; ) {
    const batch = log.read(place, 7);
    if (batch.records.length === 0) return records;
    records.push(...batch.records);
    place = batch.next;
  }
}

function segmentsIn(folder: string): number[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".log"));
  return names.sort().map((name) => Number(name.slice(0, 20)));
}

function segmentFile(base: number): string {
  return `${String(base).padStart(20, "0")}.log`;
}

function numbersUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}

test("a log grows by segments, and reads as one", async (t) => {
  const folder = emptyFolder(t);
  const log = new SegmentedLog(folder, small);
  await fill(log, 50);
  assert.equal(segmentsIn(folder).length > 5, true);
  assert.deepEqual(
    readAll(log).map(({ offset }) => offset),
    numbersUpTo(50),
  );
  assert.equal(log.end().offset, 50);
});

test("with fsync a log writes into room ahead of it, which nobody reads and close gives back", async (t) => {
  const folder = emptyFolder(t);
  const options = { durability: "fsync" as const };
  const logs = [new SegmentedLog(folder, options), new SegmentedLog(folder, options)];
  for (let id = 0; id < 40; id++)
    await logs[(id >> 1) % 2]?.append([{ time: id, value: `чай ${id}` }]);
  const file = join(folder, segmentFile(0));
  const room = statSync(file).size;
  const reader = new SegmentedLog(folder);
  const offsets = readAll(reader).map(({ offset }) => offset);
  assert.deepEqual(offsets, numbersUpTo(40));
  assert.deepEqual(reader.read(reader.end(), 1), { records: [], next: reader.end() });
  assert.equal(reader.placeAt(33).offset, 33);
  for (const log of logs) await log.close();
  const { size } = statSync(file);
  assert.equal(size === reader.end().position && size < room, true);
  assert.equal(readFileSync(file, "utf8").endsWith("}\n"), true);
  await fill(new SegmentedLog(folder), 2);
  assert.equal(readAll(reader).length, 42);
});

test("what a power failure left in the room ahead is cut off and reported", async (t) => {
  const rests = ['{"offset":3,"va', `\0\0\0\0e":7}\n{"offset":4,"value":7}\n`];
  for (const rest of rests) {
    const folder = emptyFolder(t);
    const log = new SegmentedLog(folder, { durability: "fsync" });
    await fill(log, 3);
    const file = openSync(join(folder, segmentFile(0)), "r+");
    writeSync(file, rest, log.end().position);
    closeSync(file);
    const repairs: Repair[] = [];
    const again = new SegmentedLog(folder, {
      durability: "fsync",
      onRepair: (repair) => repairs.push(repair),
    });
    const [record] = await again.append([{ time: 1, value: "next" }]);
    assert.deepEqual(
      repairs.map(({ line, bytes }) => ({ line, bytes })),
      [{ line: 4, bytes: rest.length }],
    );
    assert.equal(record?.offset, 3);
    assert.deepEqual(
      readAll(again).map(({ value }) => value),
      [0, 1, 2, "next"],
    );
    await again.close();
    await log.close();
  }
});

test("of a log that was made again, a reader hears so, and not that a line is broken", async (t) => {
  const folder = emptyFolder(t);
  await fill(new SegmentedLog(folder), 3);
  const place = new SegmentedLog(folder).end();
  rmSync(folder, { recursive: true });
  const again = new SegmentedLog(folder);
  await again.append([{ time: 1, value: "tea ".repeat(100) }]);
  assert.throws(() => again.read(place, 1), ReplacedLogError);
});

test("a log that is opened again goes on, and an open reader follows", async (t) => {
  const folder = emptyFolder(t);
  await fill(new SegmentedLog(folder, small), 20);
  const reader = new SegmentedLog(folder, small);
  const before = readAll(reader).length;
  const place = reader.end();
  const [record] = await new SegmentedLog(folder, small).append([{ time: 1, value: 1 }]);
  await fill(new SegmentedLog(folder, small), 20);
  assert.deepEqual([before, record?.offset], [20, 20]);
  assert.equal(readAll(reader, place).length, 21);
});

test("every offset is found, and its place is right", async (t) => {
  const log = new SegmentedLog(emptyFolder(t), small);
  await fill(log, 60);
  const found = numbersUpTo(60).map(
    (offset) => log.read(log.placeOf(offset), 1).records[0]?.offset,
  );
  assert.deepEqual(found, numbersUpTo(60));
  assert.equal(log.read(log.placeOf(60), 1).records.length, 0);
  for (const offset of [61, -1, 0.5]) {
    assert.throws(() => log.placeOf(offset), RangeError);
  }
});

test("every time is found, also when the clock was set back", async (t) => {
  const times = numbersUpTo(60).map((id) => (id % 7 === 3 ? id * 10 - 55 : id * 10));
  const log = new SegmentedLog(emptyFolder(t), small);
  await fill(log, 60, (id) => times[id] ?? 0);
  const wrong: string[] = [];
  for (let time = -60; time <= 620; time += 5) {
    const expected = times.findIndex((each) => each >= time);
    const { offset } = log.placeAt(time);
    if (offset !== (expected < 0 ? 60 : expected))
      wrong.push(`${time}: ${offset}, not ${expected}`);
  }
  assert.deepEqual(wrong, []);
});

test("an index that is torn, or gone, makes nothing wrong", async (t) => {
  const folder = emptyFolder(t);
  await fill(new SegmentedLog(folder, small), 40);
  const indexes = readdirSync(folder).filter((name) => name.endsWith(".index"));
  indexes.forEach((name, number) => {
    if (number % 2 === 0) rmSync(join(folder, name));
    else truncateSync(join(folder, name), 31);
  });
  const log = new SegmentedLog(folder, small);
  await fill(log, 20, (id) => 40 + id);
  for (const number of numbersUpTo(60)) {
    assert.equal(log.read(log.placeOf(number), 1).records[0]?.offset, number);
    assert.equal(log.placeAt(number).offset, number);
  }
});

test("retention by size removes the oldest segments, and the offsets stay", async (t) => {
  const folder = emptyFolder(t);
  const log = new SegmentedLog(folder, small);
  const reader = new SegmentedLog(folder, small);
  await fill(log, 50);
  const place = reader.read(START, 3).next;
  const removed = await log.retain({ maxBytes: 600 });
  const [first = 0] = segmentsIn(folder);
  assert.equal(removed > 3 && first > 10, true);
  const expected = numbersUpTo(50).slice(first);
  const offsets = (from: Place) => readAll(reader, from).map(({ offset }) => offset);
  assert.deepEqual(offsets(START), expected);
  assert.deepEqual(offsets(place), expected);
  const [next] = await log.append([{ time: 1, value: "next" }]);
  assert.equal(next?.offset, 50);
  assert.throws(() => log.placeOf(0), RangeError);
});

test("retention by age keeps every segment with a record that is young enough", async (t) => {
  const folder = emptyFolder(t);
  const log = new SegmentedLog(folder, small);
  await fill(log, 50, (id) => id * 1_000);
  await log.retain({ maxAge: 20_000, now: 50_000 });
  const [first = 0, second = 0] = segmentsIn(folder);
  assert.equal(first <= 30 && second > 30, true);
  await log.retain({ maxAge: 1, now: 1_000_000 });
  assert.equal(segmentsIn(folder).length, 1);
  assert.equal(log.end().offset, 50);
});

test("wherever the crash struck, whole records stay and the next one follows", async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, segmentFile(0));
  await fill(new SegmentedLog(folder), 3);
  const bytes = readFileSync(file);
  for (let size = bytes.length; size >= 0; size--) {
    writeFileSync(file, bytes.subarray(0, size));
    const lines = bytes.subarray(0, size).toString().split("\n");
    const repairs: Repair[] = [];
    const log = new SegmentedLog(folder, { onRepair: (repair) => repairs.push(repair) });
    const [record] = await log.append([{ time: 1, value: "next" }]);
    assert.equal(record?.offset, lines.length - 1);
    assert.equal(readAll(log).length, lines.length);
    const torn = lines.at(-1)?.length ?? 0;
    assert.deepEqual(
      repairs.map(({ line, bytes }) => [line, bytes]),
      torn > 0 ? [[lines.length, torn]] : [],
    );
  }
});

test("a broken record names the segment and the line in it", async (t) => {
  const folder = emptyFolder(t);
  const log = new SegmentedLog(folder, small);
  await fill(log, 30);
  const base = segmentsIn(folder)[2] ?? 0;
  const file = join(folder, segmentFile(base));
  const lines = readFileSync(file, "utf8").split("\n");
  lines[1] = "no record";
  writeFileSync(file, lines.join("\n"));
  const fresh = new SegmentedLog(folder, small);
  assert.throws(
    () => readAll(fresh),
    (error) =>
      error instanceof BrokenRecordError && error.file === file && error.line === 2,
  );
});

test("what is appended at once is written at once, and each gets its own offsets", async (t) => {
  const log = new SegmentedLog(emptyFolder(t), { durability: "fsync" });
  const sent = await Promise.all(
    numbersUpTo(300).map((id) => log.append([{ time: 1, value: id }])),
  );
  const wrong = sent.filter(
    ([record], id) => record?.value !== id || record?.offset !== id,
  );
  await log.close();
  assert.deepEqual(wrong, []);
  assert.equal(readAll(log).length, 300);
});

test("producers and consumers of the lesson work on it", async (t) => {
  const folder = emptyFolder(t);
  // #region open
  createSegmentedTopic(folder, "orders", 2);
  const openLog = (path: string) => new SegmentedLog(path, small);
  const producer = new Producer({ folder, openLog });
  // #endregion
  for (let id = 0; id < 40; id++)
    await producer.send("orders", id, { key: `k${id % 5}` });
  const options = { folder, group: "billing", id: "worker", openLog };
  const first = new Consumer(options);
  first.subscribe("orders");
  const heard = (await first.poll(6)).map(({ value }) => Number(value));
  await first.commit();
  const second = new Consumer(options);
  second.subscribe("orders");
  for (;;) {
    const records = await second.poll(6);
    if (records.length === 0) break;
    heard.push(...records.map(({ value }) => Number(value)));
  }
  assert.deepEqual(
    heard.sort((one, other) => one - other),
    numbersUpTo(40),
  );
});

interface Told {
  sent?: number;
  offset?: number;
  repaired?: number;
}

/** Starts a process that appends; it is ended with the test, whatever happens. */
function startAppender(
  t: TestContext,
  folder: string,
  name: string,
  count: number,
): { child: ChildProcess; told: Told[]; exit: Promise<unknown[]> } {
  const child = fork(
    join(import.meta.dirname, "appender.ts"),
    [folder, name, String(count), "200000"],
    { execArgv: ["--import", "tsx"], stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  t.after(() => child.kill("SIGKILL"));
  const told: Told[] = [];
  child.on("message", (message) => told.push(message as Told));
  // On Windows, "exit" may come before the last messages; "close" never does.
  return { child, told, exit: once(child, "close") };
}

/** What is in the log, held against what the appenders were told. */
function account(log: SegmentedLog, told: Map<string, Told[]>) {
  const records = readAll(log) as LogRecord<{ number: number }>[];
  const offsets = records.map(({ offset }) => offset);
  const perName = new Map<string, number[]>();
  for (const { key = "", value } of records)
    perName.set(key, [...(perName.get(key) ?? []), value.number]);
  const lost: string[] = [];
  for (const [name, messages] of told) {
    for (const { sent, offset } of messages) {
      if (offset === undefined) continue;
      const record = records[offset];
      if (record?.key !== name || record.value.number !== sent)
        lost.push(`${name} ${sent}`);
    }
  }
  return { offsets, perName, lost };
}

test("ten processes append at once: no line is mixed, no offset stands twice, none is lost", async (t) => {
  const folder = emptyFolder(t);
  const appenders = numbersUpTo(10).map((number) => {
    const name = `process-${number}`;
    return { name, ...startAppender(t, folder, name, 60) };
  });
  const log = new SegmentedLog(folder);
  // A reader beside them never sees anything but whole records, in order.
  let place: Place = START;
  let open = appenders.length;
  for (const { exit } of appenders) exit.then(() => open--);
  while (open > 0) {
    place = log.read(place, 500).next;
    await new Promise((resume) => setImmediate(resume));
  }
  const told = new Map(appenders.map(({ name, told }) => [name, told]));
  const { offsets, perName, lost } = account(log, told);
  const total = [...told.values()].reduce((sum, messages) => sum + messages.length, 0);
  assert.equal(total >= 600, true);
  assert.deepEqual(lost, []);
  assert.deepEqual(offsets, numbersUpTo(total));
  const outOfOrder = [...perName].filter(([, numbers]) =>
    numbers.some((number, index) => number !== index),
  );
  assert.deepEqual(outOfOrder, []);
});

test("five processes append and are killed in the middle of it: what they were told is there", async (t) => {
  const folder = emptyFolder(t);
  const told = new Map<string, Told[]>();
  for (let round = 0; round < 2; round++) {
    const appenders = numbersUpTo(5).map((number) => {
      const name = `process-${round}-${number}`;
      return { name, ...startAppender(t, folder, name, 1_000_000) };
    });
    for (const { name, told: messages } of appenders) told.set(name, messages);
    for (const { child, told: messages, exit } of appenders) {
      while (messages.length < 20) await once(child, "message");
      child.kill("SIGKILL");
      await exit;
    }
  }
  const log = new SegmentedLog(folder, { onRepair: () => {} });
  const [record] = await log.append([{ time: 1, key: "after", value: { number: 0 } }]);
  const { offsets, lost } = account(log, told);
  assert.deepEqual(lost, []);
  assert.deepEqual(offsets, numbersUpTo((record?.offset ?? 0) + 1));
});

test("the lock of a dead process is taken away, that of a living one is not", async (t) => {
  const path = join(emptyFolder(t), "lock");
  const dead = 2 ** 22 + 1;
  writeFileSync(path, String(dead));
  // Somebody else died while clearing up after the first one.
  writeFileSync(`${path}.clear`, String(dead));
  const lock = new FileLock(path);
  assert.equal(await lock.hold(() => "held"), "held");
  assert.equal(existsSync(path), false);
  assert.equal(existsSync(`${path}.clear`), false);
  // The parent of this process lives.
  writeFileSync(path, String(process.ppid));
  let held = false;
  const waiting = lock.hold(() => {
    held = true;
  });
  for (let turn = 0; turn < 50; turn++) await new Promise((go) => setImmediate(go));
  assert.equal(held, false);
  rmSync(path);
  await waiting;
  assert.equal(held, true);
});

test("an earlier process with the number of this one is dead, too", async (t) => {
  const path = join(emptyFolder(t), "lock");
  const card = `${path}.${process.pid}`;
  writeFileSync(card, String(process.pid));
  utimesSync(card, 1_000_000, 1_000_000);
  linkSync(card, path);
  assert.equal(await new FileLock(path).hold(() => "held"), "held");
});

test("a log whose folder was taken away says so, and does not wait for ever", async (t) => {
  const folder = join(emptyFolder(t), "shop", "orders-0.log");
  const log = new SegmentedLog(folder);
  await fill(log, 1);
  rmSync(join(folder, ".."), { recursive: true });
  await assert.rejects(log.append([{ time: 1, value: 1 }]), /ENOENT/);
});

test("half a line in a full segment is cut off before the next one begins", async (t) => {
  const folder = emptyFolder(t);
  await fill(new SegmentedLog(folder), 20);
  const file = join(folder, segmentFile(0));
  appendFileSync(file, '{"offset":20,"ti');
  const repairs: Repair[] = [];
  const log = new SegmentedLog(folder, {
    ...small,
    onRepair: (repair) => repairs.push(repair),
  });
  await fill(log, 1);
  assert.deepEqual(repairs, [{ file, line: 21, bytes: 16 }]);
  assert.equal(readAll(log).length, 21);
  assert.deepEqual(segmentsIn(folder), [0, 20]);
});
