import assert from "node:assert/strict";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type TestContext, test } from "node:test";
import type { AppendFile } from "#bus/append-file";
import { type BusEvent, type BusOptions, createEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { LogError, type LogOptions } from "#bus/log-contract";
import {
  EventLog,
  fromLine,
  readEvents,
  toLine,
} from "#lesson/05-event-replay/event-log.ts";
import { RecordedBus, reaction } from "#lesson/05-event-replay/recorded-bus.ts";

interface ShopEvents {
  "order.created": { orderId: number; total: number };
  "order.paid": { orderId: number };
  "stock.counted": unknown;
}

const noon = Date.UTC(2026, 0, 31, 12);

/** A path to `events.log` in a folder of its own, which the end of the check removes. */
function logPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "event-replay-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "events.log");
}

/** The orders 1 to `count`, one a second from noon on; their ids are `order-1`, `order-2`, … */
function orders(count: number): BusEvent[] {
  return Array.from({ length: count }, (_, index) => orderEvent(index + 1));
}

function orderEvent(orderId: number, data: unknown = { orderId, total: 450 }): BusEvent {
  const id = `order-${orderId}`;
  return { id, name: "order.created", data, timestamp: noon + (orderId - 1) * 1000 };
}

function linesOf(events: readonly BusEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

/** The events in a file as they were recorded, read without any code of the lesson. */
function recorded(path: string): BusEvent[] {
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [""];
  assert.equal(lines.pop(), "");
  return lines.map((line) => JSON.parse(line) as BusEvent);
}

function idsOf(events: readonly BusEvent[]): string[] {
  return events.map((event) => event.id);
}

function namesOf(events: readonly BusEvent[]): string[] {
  return events.map((event) => event.name);
}

async function allEvents(path: string): Promise<BusEvent[]> {
  const all: BusEvent[] = [];
  for await (const { events } of readEvents(path)) all.push(...events);
  return all;
}

/** What was thrown, for what must fail with an error of this kind; other errors go on. */
async function failure(
  kind: typeof TypeError | typeof RangeError | typeof LogError,
  action: () => unknown,
): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof kind) return error.message;
    throw error;
  }
  return "nothing failed";
}

/** The words that a message has to hold and does not. */
function missingIn(message: string, words: string[]): string[] {
  return words.filter((word) => !message.includes(word));
}

/** A message has to hold these words; a failure shows it, and those that it does not. */
function assertNames(message: string, words: string[]): void {
  const missing = missingIn(message, words);
  assert.deepEqual({ message, missing }, { message, missing: [] });
}

/** A file in memory. Each write waits until the check lets it go on, or fail. */
class SlowFile implements AppendFile {
  readonly texts: string[] = [];
  readonly calls: string[] = [];
  #goOn: ((error?: Error) => void)[] = [];
  #begun = new EventTarget();

  readonly open = async () => this as AppendFile;

  append(text: string): Promise<void> {
    this.calls.push("append");
    return new Promise((done, fail) => {
      this.#goOn.push((error) => {
        if (error) return fail(error);
        this.texts.push(text);
        done();
      });
      this.#begun.dispatchEvent(new Event("write"));
    });
  }

  async sync(): Promise<void> {
    this.calls.push("sync");
  }

  async close(): Promise<void> {
    this.calls.push("close");
  }

  /** Resolves when a write is under way. */
  async writing(): Promise<void> {
    if (this.#goOn.length === 0) await once(this.#begun, "write");
  }

  /** Lets the write that is under way, or the next one, end: well, or with an error. */
  async endWrite(error?: Error): Promise<void> {
    await this.writing();
    this.#goOn.shift()?.(error);
  }

  get ids(): string[] {
    return idsOf(
      this.texts
        .join("")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );
  }
}

/** A file in memory that takes so many writes, and then has no room left. */
class SmallDisk implements AppendFile {
  readonly texts: string[] = [];
  readonly calls: string[] = [];
  #writes: number;

  constructor(writes: number) {
    this.#writes = writes;
  }

  readonly open = async () => this as AppendFile;

  async append(text: string): Promise<void> {
    this.calls.push("append");
    if (this.#writes === 0) throw new Error("ENOSPC: no space left on device, write");
    this.#writes -= 1;
    this.texts.push(text);
  }

  async sync(): Promise<void> {}

  async close(): Promise<void> {
    this.calls.push("close");
  }
}

/** A log with fsync, on a disk that answers the first sync when the check says so: well, or not. */
function logOnSlowSync() {
  const disk = new SmallDisk(Infinity);
  let answer: (error?: Error) => void = () => {};
  const asked = new Promise<void>((tell) => {
    disk.sync = () => {
      disk.sync = async () => {};
      tell();
      return new Promise((done, fail) => {
        answer = (error) => (error ? fail(error) : done());
      });
    };
  });
  const log = new EventLog("events.log", { open: disk.open, fsync: true });
  return { log, disk, asked, answer: (error?: Error) => answer(error) };
}

/** Lets promises that are already settled reach those who wait for them. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A recorded bus of the shop, closed at the end of the check. */
function shopBus(
  t: TestContext,
  path: string,
  options: { bus?: BusOptions; log?: LogOptions } = {},
) {
  const inner = new EventBus<ShopEvents>({ clock: () => noon, ...options.bus });
  const bus = new RecordedBus<ShopEvents>(inner, path, options.log);
  t.after(() => bus.close().catch(() => {}));
  return bus;
}

/** A bus that records elsewhere, and a file that holds the text. */
function replayOf(t: TestContext, text: string) {
  const path = logPath(t);
  writeFileSync(path, text);
  const bus = shopBus(t, `${path}.new`);
  const heard: BusEvent[] = [];
  bus.subscribe("#", (_data, event) => heard.push(event));
  return { bus, heard, path };
}

// Step 1 · One event, one line

test("step 1 · an event becomes one line of JSON, and ends it", () => {
  const event = createEvent(
    "order.created",
    { note: "by the door\nnot the window" },
    noon,
  );
  const line = toLine(event);
  assert.equal(line.indexOf("\n"), line.length - 1);
  assert.deepEqual(JSON.parse(line), { ...event });
});

test("step 1 · a line becomes the same event again, frozen, and marked as replayed", () => {
  const event = fromLine(`${JSON.stringify(orderEvent(1))}\n`);
  assert.deepEqual(event, { ...orderEvent(1), replayed: true });
  assert.deepEqual({ frozen: Object.isFrozen(event) }, { frozen: true });
});

test("step 1 · what JSON cannot hold is refused, by the name and id of the event", async () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const refused = "refused, by name and id";
  const told: Record<string, string> = {};
  const kinds = {
    bigint: { total: 10n },
    circle,
    function: () => 450,
    symbol: Symbol("total"),
  };
  for (const [kind, data] of Object.entries(kinds)) {
    const message = await failure(TypeError, () => toLine(orderEvent(7, data)));
    const named = missingIn(message, ["order.created", "order-7"]).length === 0;
    told[kind] = named ? refused : message;
  }
  assert.deepEqual(told, {
    bigint: refused,
    circle: refused,
    function: refused,
    symbol: refused,
  });
});

test("step 1 · an event without data is an event", () => {
  const event = fromLine(toLine(createEvent("shop.opened", undefined, noon)));
  assert.deepEqual(
    { name: event.name, data: event.data },
    { name: "shop.opened", data: undefined },
  );
});

test("step 1 · JSON that is no event is refused", async () => {
  const lines = [
    `42`,
    `null`,
    `"order.created"`,
    `[]`,
    `{}`,
    `{"name":"order.created","timestamp":1}`,
    `{"id":"1","timestamp":1}`,
    `{"id":"1","name":"order.created","timestamp":"noon"}`,
  ];
  const accepted = [];
  for (const line of lines) {
    const message = await failure(TypeError, () => fromLine(line));
    if (message === "nothing failed") accepted.push(line);
  }
  assert.deepEqual({ accepted }, { accepted: [] });
  assert.throws(() => fromLine(`{"id":"1","na`), SyntaxError);
});

// Step 2 · Write it down

test("step 2 · after close, every event stands in the file, in order", async (t) => {
  const path = logPath(t);
  const log = new EventLog(path);
  for (const event of orders(3)) log.append(event);
  await log.close();
  assert.deepEqual(recorded(path), orders(3));
});

test("step 2 · after flush, every event so far stands in the file", async (t) => {
  const path = logPath(t);
  const log = new EventLog(path);
  t.after(() => log.close());
  log.append(orderEvent(1));
  await log.flush();
  const first = idsOf(recorded(path));
  log.append(orderEvent(2));
  log.append(orderEvent(3));
  await log.flush();
  const all = idsOf(recorded(path));
  assert.deepEqual(
    { first, all },
    { first: ["order-1"], all: ["order-1", "order-2", "order-3"] },
  );
});

test("step 2 · an event is written as it was when it was appended", async (t) => {
  const path = logPath(t);
  const log = new EventLog(path);
  const data = { orderId: 1, total: 450 };
  log.append(orderEvent(1, data));
  data.total = 0;
  await log.close();
  assert.deepEqual(recorded(path)[0]?.data, { orderId: 1, total: 450 });
});

test("step 2 · what comes while a write is under way goes into the next one together", async () => {
  const file = new SlowFile();
  const log = new EventLog("events.log", file);
  log.append(orderEvent(1));
  await file.writing();
  for (const orderId of [2, 3, 4]) log.append(orderEvent(orderId));
  await file.endWrite();
  await file.endWrite();
  await log.flush();
  const lines = file.texts.map((text) => text.split("\n").length - 1);
  assert.deepEqual(
    { lines, ids: file.ids },
    { lines: [1, 3], ids: ["order-1", "order-2", "order-3", "order-4"] },
  );
});

test("step 2 · flush waits for events that came while a write was under way", async () => {
  const file = new SlowFile();
  const log = new EventLog("events.log", file);
  log.append(orderEvent(1));
  await file.writing();
  log.append(orderEvent(2));
  let flushed = false;
  const flush = log.flush().then(() => {
    flushed = true;
  });
  await file.endWrite();
  await file.writing();
  await settled();
  const tooEarly = flushed;
  await file.endWrite();
  await flush;
  assert.deepEqual({ tooEarly, flushed }, { tooEarly: false, flushed: true });
});

test("step 2 · twenty thousand events in one go come out whole and in order", async (t) => {
  const path = logPath(t);
  const log = new EventLog(path);
  for (const event of orders(20_000)) log.append(event);
  await log.close();
  const wrong = recorded(path).findIndex(({ id }, index) => id !== `order-${index + 1}`);
  assert.deepEqual({ count: recorded(path).length, wrong }, { count: 20_000, wrong: -1 });
});

test("step 2 · a log that is there already goes on at its end", async (t) => {
  const path = logPath(t);
  for (const event of orders(2)) {
    const log = new EventLog(path);
    log.append(event);
    await log.close();
  }
  assert.deepEqual(idsOf(recorded(path)), ["order-1", "order-2"]);
});

test("step 2 · with fsync the disk is asked after each batch, without it never", async () => {
  const calls = [];
  for (const fsync of [true, false]) {
    const file = new SlowFile();
    const log = new EventLog("events.log", { open: file.open, fsync });
    log.append(orderEvent(1));
    await file.endWrite();
    await log.flush();
    log.append(orderEvent(2));
    await file.endWrite();
    await log.flush();
    calls.push(file.calls.join(" "));
  }
  assert.deepEqual(calls, ["append sync append sync", "append append"]);
});

test("step 2 · with fsync, flush waits until the disk has answered", async () => {
  const { log, asked, answer } = logOnSlowSync();
  log.append(orderEvent(1));
  let flushed = false;
  const flush = log.flush().then(() => {
    flushed = true;
  });
  await asked;
  await settled();
  const tooEarly = flushed;
  answer();
  await flush;
  assert.deepEqual({ tooEarly, flushed }, { tooEarly: false, flushed: true });
});

test("step 2 · closing lets go of the file, once, and takes nothing more", async () => {
  const file = new SlowFile();
  const log = new EventLog("events.log", file);
  log.append(orderEvent(1));
  const closing = log.close();
  await file.endWrite();
  await closing;
  await log.close();
  const message = await failure(LogError, () => log.append(orderEvent(2)));
  assert.deepEqual(
    { calls: file.calls, taken: message === "nothing failed" },
    { calls: ["append", "close"], taken: false },
  );
});

test("step 2 · a log without events can be flushed and closed", async (t) => {
  const path = logPath(t);
  const log = new EventLog(path);
  await log.flush();
  await log.close();
  assert.deepEqual(recorded(path), []);
});

test("step 2 · an event that JSON cannot hold is left out, and the log goes on", async (t) => {
  const path = logPath(t);
  const log = new EventLog(path);
  log.append(orderEvent(1));
  await failure(TypeError, () => log.append(orderEvent(2, { total: 10n })));
  log.append(orderEvent(3));
  await log.close();
  assert.deepEqual(idsOf(recorded(path)), ["order-1", "order-3"]);
});

// Step 3 · When the disk is full

test("step 3 · a full disk is an error that names the event", async () => {
  // Linux has a device that is always full; elsewhere a file that says so must do.
  const log = existsSync("/dev/full")
    ? new EventLog("/dev/full")
    : new EventLog("events.log", new SmallDisk(0));
  log.append(orderEvent(1));
  const message = await failure(LogError, () => log.flush());
  await failure(LogError, () => log.close());
  assertNames(message, ["order.created", "order-1", "ENOSPC"]);
});

test("step 3 · the error names the first event that is not in the file", async () => {
  const disk = new SmallDisk(1);
  const log = new EventLog("events.log", disk);
  log.append(orderEvent(1));
  await log.flush();
  for (const orderId of [2, 3]) log.append(orderEvent(orderId));
  const message = await failure(LogError, () => log.flush());
  assertNames(message, ["order-2"]);
  assert.deepEqual(
    disk.texts.map(fromLine).map(({ id }) => id),
    ["order-1"],
  );
});

test("step 3 · after a failed write nothing more is written, and everybody is told", async () => {
  const disk = new SmallDisk(0);
  const log = new EventLog("events.log", disk);
  log.append(orderEvent(1));
  await failure(LogError, () => log.flush());
  const told = {
    append: await failure(LogError, () => log.append(orderEvent(2))),
    flush: await failure(LogError, () => log.flush()),
    close: await failure(LogError, () => log.close()),
  };
  const silent = Object.entries(told).filter(([, text]) => text === "nothing failed");
  assert.deepEqual(
    { silent, calls: disk.calls },
    { silent: [], calls: ["append", "close"] },
  );
});

test("step 3 · events that waited behind a failed write are not written either", async () => {
  const file = new SlowFile();
  const log = new EventLog("events.log", file);
  log.append(orderEvent(1));
  await file.writing();
  log.append(orderEvent(2));
  await file.endWrite(new Error("ENOSPC: no space left on device, write"));
  await failure(LogError, () => log.flush());
  assert.deepEqual(file.calls, ["append"]);
});

test("step 3 · a sync that fails is a write that failed", async () => {
  const { log, disk, asked, answer } = logOnSlowSync();
  log.append(orderEvent(1));
  await asked;
  answer(new Error("EIO: i/o error, fsync"));
  const told = {
    flush: await failure(LogError, () => log.flush()),
    append: await failure(LogError, () => log.append(orderEvent(2))),
    close: await failure(LogError, () => log.close()),
  };
  const silent = Object.entries(told).filter(([, text]) => text === "nothing failed");
  assert.deepEqual(
    { silent, calls: disk.calls },
    { silent: [], calls: ["append", "close"] },
  );
  assertNames(told.flush, ["order.created", "order-1", "EIO"]);
});

test("step 3 · a failure nobody waits for does not end the process", async () => {
  const file = new SlowFile();
  const log = new EventLog("events.log", file);
  log.append(orderEvent(1));
  await file.endWrite(new Error("ENOSPC: no space left on device, write"));
  await settled();
  await settled();
  const message = await failure(LogError, () => log.flush());
  assertNames(message, ["order-1"]);
});

test("step 3 · a file that cannot be opened is such a failure too", async (t) => {
  const log = new EventLog(join(logPath(t), "no-such-folder", "events.log"));
  log.append(orderEvent(1));
  const message = await failure(LogError, () => log.flush());
  assertNames(message, ["order.created", "order-1", "ENOENT"]);
});

// Step 4 · Read it again

test("step 4 · the events come out as they went in, in order", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(3)));
  const events = await allEvents(path);
  assert.deepEqual(
    events,
    orders(3).map((event) => ({ ...event, replayed: true })),
  );
});

test("step 4 · a long log comes in pieces, and each says on which line it begins", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(40_000)));
  const pieces = { count: 0, lines: 0, wrongLines: 0 };
  for await (const { events, firstLine } of readEvents(path)) {
    if (firstLine !== pieces.lines + 1) pieces.wrongLines += 1;
    pieces.count += 1;
    pieces.lines += events.length;
  }
  assert.deepEqual(
    { ...pieces, count: pieces.count > 1 },
    { count: true, lines: 40_000, wrongLines: 0 },
  );
});

test("step 4 · letters of any alphabet survive the borders between pieces", async (t) => {
  const path = logPath(t);
  const note = "Ґудзик, 茶, 🎁 ".repeat(40);
  const events = Array.from({ length: 4_000 }, (_, index) => orderEvent(index, note));
  writeFileSync(path, linesOf(events));
  const read = await allEvents(path);
  const damaged = read.filter((event) => event.data !== note);
  assert.deepEqual(
    { read: read.length, damaged: damaged.length },
    { read: 4_000, damaged: 0 },
  );
});

test("step 4 · an event may be longer than a piece", async (t) => {
  const path = logPath(t);
  const long = orderEvent(2, "tea ".repeat(500_000));
  writeFileSync(path, linesOf([orderEvent(1), long, orderEvent(3)]));
  const lengths = (await allEvents(path)).map(({ id, data }) => [
    id,
    String(data).length,
  ]);
  assert.deepEqual(lengths[1], ["order-2", 2_000_000]);
  assert.deepEqual(
    { events: lengths.length, third: lengths[2]?.[0] },
    { events: 3, third: "order-3" },
  );
});

test("step 4 · each piece says how far reading has come", async (t) => {
  const path = logPath(t);
  const text = linesOf(orders(20_000));
  writeFileSync(path, text);
  const bytes: number[] = [];
  const totals = new Set<number>();
  for await (const piece of readEvents(path)) {
    bytes.push(piece.bytes);
    totals.add(piece.totalBytes);
  }
  assert.deepEqual(
    {
      rises: bytes.every((value, at) => value >= (bytes[at - 1] ?? 0)),
      last: bytes.at(-1),
    },
    { rises: true, last: text.length },
  );
  assert.deepEqual([...totals], [text.length]);
});

test("step 4 · reading ends where the file ended when it began", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(20_000)));
  let count = 0;
  const reportedTorn: string[] = [];
  for await (const { events, torn } of readEvents(path)) {
    if (count === 0) appendFileSync(path, linesOf([orderEvent(20_001)]));
    count += events.length;
    if (torn) reportedTorn.push(torn);
  }
  assert.deepEqual({ count, reportedTorn }, { count: 20_000, reportedTorn: [] });
});

test("step 4 · an empty log holds no events", async (t) => {
  const path = logPath(t);
  writeFileSync(path, "");
  assert.deepEqual(await allEvents(path), []);
});

// Step 5 · Torn and broken lines

test("step 5 · a log that is not there is an error that says so", async (t) => {
  const path = logPath(t);
  const message = await failure(LogError, () => allEvents(path));
  assertNames(message, [path]);
});

test("step 5 · a torn last line is left out and reported, with its place", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(2)) + linesOf([orderEvent(3)]).slice(0, 40));
  const ids: string[] = [];
  const torn: string[] = [];
  for await (const piece of readEvents(path)) {
    ids.push(...idsOf(piece.events));
    if (piece.torn) torn.push(piece.torn);
  }
  assert.deepEqual(ids, ["order-1", "order-2"]);
  assert.deepEqual(
    torn.map((sentence) => missingIn(sentence, ["events.log:3"])),
    [[]],
  );
});

test("step 5 · a log may hold nothing but a torn line", async (t) => {
  const path = logPath(t);
  writeFileSync(path, `{"id":"order-1","na`);
  const torn: string[] = [];
  const ids: string[] = [];
  for await (const piece of readEvents(path)) {
    ids.push(...idsOf(piece.events));
    if (piece.torn) torn.push(piece.torn);
  }
  assert.deepEqual(
    { ids, torn: torn.map((sentence) => missingIn(sentence, ["events.log:1"])) },
    { ids: [], torn: [[]] },
  );
});

test("step 5 · a last line that lacks nothing but its line break is an event", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(2)).trimEnd());
  const ids: string[] = [];
  const torn: unknown[] = [];
  for await (const piece of readEvents(path)) {
    ids.push(...idsOf(piece.events));
    if (piece.torn) torn.push(piece.torn);
  }
  assert.deepEqual({ ids, torn }, { ids: ["order-1", "order-2"], torn: [] });
});

test("step 5 · a broken line in the middle ends it: the place, and why", async (t) => {
  const path = logPath(t);
  for (const broken of [`{"id":"order-3","na`, `42`, ``]) {
    writeFileSync(path, `${linesOf(orders(2))}${broken}\n${linesOf([orderEvent(4)])}`);
    const ids: string[] = [];
    const message = await failure(LogError, async () => {
      for await (const { events } of readEvents(path)) ids.push(...idsOf(events));
    });
    assertNames(message, ["events.log:3"]);
    assert.deepEqual(ids, ["order-1", "order-2"]);
  }
});

test("step 5 · far into a log, a broken line still has the right number", async (t) => {
  const path = logPath(t);
  writeFileSync(path, `${linesOf(orders(12_344))}oops\n${linesOf(orders(5))}`);
  let count = 0;
  const message = await failure(LogError, async () => {
    for await (const { events } of readEvents(path)) count += events.length;
  });
  assertNames(message, ["events.log:12345"]);
  assert.deepEqual({ count }, { count: 12_344 });
});

// Step 6 · A bus that writes its history down

test("step 6 · every event of the bus is in the log, heard or not", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  const created = bus.emit("order.created", { orderId: 1, total: 450 });
  const paid = bus.emit("order.paid", { orderId: 1 });
  await bus.flush();
  assert.deepEqual(recorded(path), [{ ...created }, { ...paid }]);
});

test("step 6 · it is still a bus", async (t) => {
  const bus = shopBus(t, logPath(t));
  const heard: string[] = [];
  const listener = (_data: unknown, event: BusEvent) => heard.push(event.name);
  bus.subscribe("order.*", listener);
  bus.emit("order.created", { orderId: 1, total: 450 });
  bus.unsubscribe("order.*", listener);
  bus.emit("order.paid", { orderId: 1 });
  assert.deepEqual(
    { heard, history: namesOf(bus.history) },
    { heard: ["order.created"], history: ["order.created", "order.paid"] },
  );
});

test("step 6 · an event stands in the log before those that its listeners emit", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  bus.subscribe("order.created", ({ orderId }) => bus.emit("order.paid", { orderId }));
  bus.emit("order.created", { orderId: 1, total: 450 });
  await bus.flush();
  assert.deepEqual(namesOf(recorded(path)), ["order.created", "order.paid"]);
});

test("step 6 · an event from elsewhere is recorded, a replayed one is not", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  const event = { name: "order.paid", data: { orderId: 1 }, timestamp: noon } as const;
  bus.deliver({ ...event, id: "from-elsewhere" });
  bus.deliver({ ...event, id: "from-the-past", replayed: true });
  await bus.flush();
  assert.deepEqual(idsOf(recorded(path)), ["from-elsewhere"]);
});

test("step 6 · closing writes what waits and ends the recording, not the bus", async (t) => {
  const path = logPath(t);
  const failures: unknown[] = [];
  const bus = shopBus(t, path, { bus: { onError: (error) => failures.push(error) } });
  const heard: number[] = [];
  bus.subscribe("order.paid", ({ orderId }) => heard.push(orderId));
  bus.emit("order.paid", { orderId: 1 });
  await bus.close();
  bus.emit("order.paid", { orderId: 2 });
  assert.deepEqual(
    { heard, failures, recorded: recorded(path).map((event) => event.data) },
    { heard: [1, 2], failures: [], recorded: [{ orderId: 1 }] },
  );
});

test("step 6 · an event that JSON cannot hold is heard, and missed by flush", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path, { bus: { onError: () => {} } });
  const heard: string[] = [];
  bus.subscribe("#", (_data, event) => heard.push(event.name));
  const counted = bus.emit("stock.counted", { tea: 10n });
  bus.emit("order.paid", { orderId: 1 });
  const message = await failure(TypeError, () => bus.flush());
  assert.deepEqual(heard, ["stock.counted", "order.paid"]);
  assert.deepEqual(namesOf(recorded(path)), ["order.paid"]);
  assertNames(message, ["stock.counted", counted.id]);
});

test("step 6 · a full disk does not stop the shop, but flush and close tell of it", async (t) => {
  const bus = shopBus(t, "events.log", {
    bus: { onError: () => {} },
    log: new SmallDisk(0),
  });
  const heard: number[] = [];
  bus.subscribe("order.paid", ({ orderId }) => heard.push(orderId));
  const first = bus.emit("order.paid", { orderId: 1 });
  const messages = [await failure(LogError, () => bus.flush())];
  bus.emit("order.paid", { orderId: 2 });
  messages.push(await failure(LogError, () => bus.close()));
  assert.deepEqual(
    { heard, missing: messages.map((text) => missingIn(text, [first.id])) },
    { heard: [1, 2], missing: [[], []] },
  );
});

// Step 7 · Play it again

test("step 7 · a replay brings the same events, ids and times, marked as replayed", async (t) => {
  const { bus, heard, path } = replayOf(t, linesOf(orders(3)));
  const report = await bus.replayFromFile(path);
  assert.deepEqual(
    heard,
    orders(3).map((event) => ({ ...event, replayed: true })),
  );
  assert.deepEqual(report, { replayed: 3, skipped: 0 });
});

test("step 7 · a replay is neither recorded nor remembered as history", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  bus.emit("order.created", { orderId: 1, total: 450 });
  bus.emit("order.paid", { orderId: 1 });
  const { replayed } = await bus.replayFromFile(path);
  await bus.flush();
  const expected = ["order.created", "order.paid"];
  assert.deepEqual(
    { replayed, log: namesOf(recorded(path)), history: namesOf(bus.history) },
    { replayed: 2, log: expected, history: expected },
  );
});

test("step 7 · its own log is written before it is read, however the path is spelled", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(1)));
  const file = new SlowFile();
  const bus = shopBus(t, path, { log: file });
  bus.emit("order.paid", { orderId: 1 });
  const heard: string[] = [];
  bus.subscribe("#", (_data, event) => heard.push(event.id));
  const replay = bus.replayFromFile(relative(process.cwd(), path));
  replay.catch(() => {}); // If it fails, the check hears of it further down.
  await file.writing();
  // The write is held up. Who does not wait for it has read the file by the end of this.
  for (let times = 0; times < 10; times++) await readFile(path);
  const tooEarly = [...heard];
  await file.endWrite();
  await replay;
  assert.deepEqual({ tooEarly, heard }, { tooEarly: [], heard: ["order-1"] });
});

test("step 7 · after the disk was full, what is in the log can still be replayed", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(2)));
  const bus = shopBus(t, path, { bus: { onError: () => {} }, log: new SmallDisk(0) });
  const heard: string[] = [];
  bus.emit("order.paid", { orderId: 1 });
  bus.subscribe("#", (_data, event) => heard.push(event.id));
  const message = await failure(LogError, () => bus.replayFromFile(path));
  assert.deepEqual(
    { message, heard },
    { message: "nothing failed", heard: ["order-1", "order-2"] },
  );
});

test("step 7 · a projection counts again, a reaction sends nothing twice", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  const emails: string[] = [];
  let revenue = 0;
  bus.subscribe("order.created", ({ total }) => {
    revenue += total;
  });
  bus.subscribe(
    "order.created",
    reaction(({ orderId }, event) => emails.push(`${orderId} ${event.name}`)),
  );
  bus.emit("order.created", { orderId: 1, total: 450 });
  bus.emit("order.created", { orderId: 2, total: 550 });
  revenue = 0;
  await bus.replayFromFile(path);
  assert.deepEqual(
    { revenue, emails },
    { revenue: 1000, emails: ["1 order.created", "2 order.created"] },
  );
});

test("step 7 · a reaction that fails later is still reported", async (t) => {
  const told: string[] = [];
  const onError = (error: unknown) => told.push(String(error));
  const bus = shopBus(t, logPath(t), { bus: { onError } });
  bus.subscribe(
    "order.paid",
    reaction(async () => {
      throw new Error("the mail server is down");
    }),
  );
  bus.emit("order.paid", { orderId: 1 });
  await settled();
  assert.deepEqual(told, ["Error: the mail server is down"]);
});

test("step 7 · what a listener emits during a replay is news, and not replayed with it", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  bus.emit("order.created", { orderId: 1, total: 450 });
  bus.subscribe("order.created", ({ orderId }) => bus.emit("order.paid", { orderId }));
  const { replayed } = await bus.replayFromFile(path);
  await bus.flush();
  assert.deepEqual(
    { replayed, log: namesOf(recorded(path)) },
    { replayed: 1, log: ["order.created", "order.paid"] },
  );
});

test("step 7 · a torn last line is in the report", async (t) => {
  const { bus, heard, path } = replayOf(t, `${linesOf(orders(2))}{"id":"order-3","na`);
  const report = await bus.replayFromFile(path);
  assert.deepEqual(idsOf(heard), ["order-1", "order-2"]);
  assert.deepEqual({ replayed: report.replayed }, { replayed: 2 });
  assertNames(report.torn ?? "nothing torn", ["events.log:3"]);
});

test("step 7 · nothing behind a broken line is replayed", async (t) => {
  const text = `${linesOf(orders(2))}oops\n${linesOf([orderEvent(4)])}`;
  const { bus, heard, path } = replayOf(t, text);
  const message = await failure(LogError, () => bus.replayFromFile(path));
  assertNames(message, ["events.log:3"]);
  assert.deepEqual(idsOf(heard), ["order-1", "order-2"]);
});

test("step 7 · an empty log and a missing one are told apart", async (t) => {
  const { bus, path } = replayOf(t, "");
  const report = await bus.replayFromFile(path);
  assert.deepEqual({ replayed: report.replayed }, { replayed: 0 });
  assertNames(report.empty ?? "nothing said", ["events.log"]);
  const message = await failure(LogError, () => bus.replayFromFile(`${path}.old`));
  assertNames(message, ["events.log.old"]);
});

// Step 8 · Only a part of it

test("step 8 · a replay stops just before an event, a time, or after so many events", async (t) => {
  const { bus, heard, path } = replayOf(t, linesOf(orders(9)));
  const places = [
    { id: "order-3" },
    { time: noon + 2000 },
    { time: noon + 1500 },
    { count: 2 },
  ];
  const stories: string[] = [];
  for (const until of places) {
    heard.length = 0;
    const { replayed, skipped } = await bus.replayFromFile(path, { until });
    stories.push(`${idsOf(heard).join(" ")}: ${replayed}, ${skipped}`);
  }
  assert.deepEqual(stories, Array(4).fill("order-1 order-2: 2, 0"));
});

test("step 8 · a replay begins at an event, a time, or after so many events", async (t) => {
  const { bus, heard, path } = replayOf(t, linesOf(orders(4)));
  const places = [
    { id: "order-3" },
    { time: noon + 2000 },
    { time: noon + 1500 },
    { count: 2 },
  ];
  const stories: string[] = [];
  for (const from of places) {
    heard.length = 0;
    const { replayed, skipped } = await bus.replayFromFile(path, { from });
    stories.push(`${idsOf(heard).join(" ")}: ${replayed}, ${skipped}`);
  }
  assert.deepEqual(stories, Array(4).fill("order-3 order-4: 2, 2"));
});

test("step 8 · the clock may have been set back: the order of the log counts", async (t) => {
  const late = { ...orderEvent(2), timestamp: noon + 60_000 };
  const text = linesOf([orderEvent(1), late, orderEvent(3), orderEvent(4)]);
  const { bus, heard, path } = replayOf(t, text);
  await bus.replayFromFile(path, { from: { time: noon + 30_000 } });
  const from = idsOf(heard);
  heard.length = 0;
  await bus.replayFromFile(path, { until: { time: noon + 30_000 } });
  assert.deepEqual(
    { from, until: idsOf(heard) },
    { from: ["order-2", "order-3", "order-4"], until: ["order-1"] },
  );
});

test("step 8 · a pattern chooses events by name", async (t) => {
  const paid = {
    id: "paid-1",
    name: "order.paid",
    data: { orderId: 1 },
    timestamp: noon,
  };
  const { bus, heard, path } = replayOf(t, linesOf([...orders(2), paid]));
  const one = await bus.replayFromFile(path, { pattern: "*.paid" });
  const all = await bus.replayFromFile(path, { pattern: "order.#" });
  assert.deepEqual(
    { ids: idsOf(heard), one, all },
    {
      ids: ["paid-1", "order-1", "order-2", "paid-1"],
      one: { replayed: 1, skipped: 2 },
      all: { replayed: 3, skipped: 0 },
    },
  );
});

test("step 8 · places count every event of the log, whatever the pattern", async (t) => {
  const paid = {
    id: "paid-1",
    name: "order.paid",
    data: { orderId: 1 },
    timestamp: noon,
  };
  const { bus, heard, path } = replayOf(t, linesOf([paid, ...orders(4)]));
  const report = await bus.replayFromFile(path, {
    pattern: "order.created",
    from: { count: 2 },
    until: { id: "order-4" },
  });
  assert.deepEqual(idsOf(heard), ["order-2", "order-3"]);
  assert.deepEqual(report, { replayed: 2, skipped: 2 });
  heard.length = 0;
  await bus.replayFromFile(path, { pattern: "order.created", until: { count: 4 } });
  assert.deepEqual(
    { untilCount4: idsOf(heard) },
    { untilCount4: ["order-1", "order-2", "order-3"] },
  );
});

test("step 8 · a part without events is not an empty log", async (t) => {
  const { bus, path } = replayOf(t, linesOf(orders(3)));
  const parts = {
    pattern: await bus.replayFromFile(path, { pattern: "order.refunded" }),
    from: await bus.replayFromFile(path, { from: { count: 9 } }),
    until: await bus.replayFromFile(path, { until: { count: 0 } }),
  };
  assert.deepEqual(parts, {
    pattern: { replayed: 0, skipped: 3 },
    from: { replayed: 0, skipped: 3 },
    until: { replayed: 0, skipped: 0 },
  });
});

test("step 8 · with a pace, pauses are as long as they were, so many times shorter", async (t) => {
  const times = [0, 1000, 1000, 3000, 2000, 2500];
  const events = times.map((ms, at) => ({ ...orderEvent(at + 1), timestamp: noon + ms }));
  const { bus, path } = replayOf(t, linesOf(events));
  let now = 0;
  const heardAt: number[] = [];
  bus.subscribe("order.created", () => heardAt.push(now));
  const wait = async (ms: number) => {
    now += ms;
  };
  await bus.replayFromFile(path, { pace: 10, wait });
  assert.deepEqual(heardAt, [0, 100, 100, 300, 300, 350]);
});

test("step 8 · pauses too short for a timer add up instead of getting lost", async (t) => {
  const events = orders(1001).map((event, at) => ({ ...event, timestamp: noon + at }));
  const { bus, path } = replayOf(t, linesOf(events));
  const waited: number[] = [];
  const wait = async (ms: number) => waited.push(ms);
  await bus.replayFromFile(path, { pace: 4, wait });
  const sum = waited.reduce((total, ms) => total + ms, 0);
  assert.deepEqual(
    { sum: Math.round(sum), tooShort: waited.filter((ms) => ms > 0 && ms < 1) },
    { sum: 250, tooShort: [] },
  );
});

test("step 8 · without a pace nobody waits", async (t) => {
  const { bus, path } = replayOf(t, linesOf(orders(3)));
  const waited: number[] = [];
  await bus.replayFromFile(path, { wait: async (ms) => waited.push(ms) });
  assert.deepEqual(waited, []);
});

test("step 8 · progress tells how far it is, up to the end", async (t) => {
  const text = linesOf(orders(40_000));
  const { bus, path } = replayOf(t, text);
  const seen: number[] = [];
  let last: unknown;
  await bus.replayFromFile(path, {
    onProgress: (progress) => {
      seen.push(progress.bytes);
      last = progress;
    },
  });
  assert.deepEqual(last, {
    replayed: 40_000,
    bytes: text.length,
    totalBytes: text.length,
  });
  assert.deepEqual(
    {
      often: seen.length > 1,
      rises: seen.every((value, at) => value >= (seen[at - 1] ?? 0)),
    },
    { often: true, rises: true },
  );
});

test("step 8 · an id that is not in the log is an error, not a replay of everything", async (t) => {
  const { bus, path } = replayOf(t, linesOf(orders(3)));
  const id = "order-33";
  const until = await failure(RangeError, () =>
    bus.replayFromFile(path, { until: { id } }),
  );
  const from = await failure(RangeError, () =>
    bus.replayFromFile(path, { from: { id } }),
  );
  assertNames(until, [id]);
  assertNames(from, [id]);
});

test("step 8 · options that make no sense are refused before anything is replayed", async (t) => {
  const { bus, heard, path } = replayOf(t, linesOf(orders(3)));
  const senseless = [
    { pace: 0 },
    { pace: -1 },
    { pace: Number.NaN },
    { until: { time: Number.NaN } },
    { from: { count: Number.NaN } },
    { pattern: "" },
  ];
  const accepted = [];
  for (const options of senseless) {
    const message = await failure(RangeError, () => bus.replayFromFile(path, options));
    if (message === "nothing failed") accepted.push(options);
  }
  assert.deepEqual({ accepted, heard }, { accepted: [], heard: [] });
});
