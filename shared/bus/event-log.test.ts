/**
 * What the log and the recorder promise when the machine does its worst. The checks of lesson 5
 * ask the same of everybody's code, within reason; here is the rest.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import fc from "fast-check";
import { openAppendFile } from "#bus/append-file";
import { type BusEvent, createEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { EventLog, fromLine, readEvents, toLine } from "#bus/event-log";
import { RecordedBus } from "#bus/recorded-bus";

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "event-log-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function order(orderId: number): BusEvent {
  return {
    id: `order-${orderId}`,
    name: "order.created",
    data: { orderId },
    timestamp: 0,
  };
}

async function readAll(path: string) {
  const events: BusEvent[] = [];
  const torn: string[] = [];
  for await (const batch of readEvents(path)) {
    events.push(...batch.events);
    if (batch.torn) torn.push(batch.torn);
  }
  return { events, torn };
}

test("a torn last line is cut off before the log goes on", async (t) => {
  const path = join(folderFor(t), "events.log");
  for (const half of ["{", toLine(order(2)).slice(0, -2), "x".repeat(200_000)]) {
    writeFileSync(path, toLine(order(1)) + half);
    const log = new EventLog(path);
    log.append(order(3));
    await log.close();
    assert.equal(readFileSync(path, "utf8"), toLine(order(1)) + toLine(order(3)));
  }
});

test("a log that holds half a line and nothing else begins anew", async (t) => {
  const path = join(folderFor(t), "events.log");
  writeFileSync(path, toLine(order(1)).slice(0, 20));
  const log = new EventLog(path);
  log.append(order(2));
  await log.close();
  assert.equal(readFileSync(path, "utf8"), toLine(order(2)));
});

test("a whole last line without its line break is kept", async (t) => {
  const path = join(folderFor(t), "events.log");
  writeFileSync(path, toLine(order(1)).trimEnd());
  const log = new EventLog(path);
  log.append(order(2));
  await log.close();
  assert.equal(readFileSync(path, "utf8"), toLine(order(1)) + toLine(order(2)));
});

test("a disk that is full in the middle of a write leaves no half line", async (t) => {
  const path = join(folderFor(t), "events.log");
  writeFileSync(path, toLine(order(1)));
  const handle = await open(path, "a+");
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  t.mock.method(
    prototype,
    "appendFile",
    async function (this: typeof handle, text: Buffer) {
      await this.write(text.subarray(0, 10));
      throw new Error("ENOSPC: no space left on device, write");
    },
  );
  const file = await openAppendFile(path);
  t.after(() => file.close());
  await assert.rejects(file.append(toLine(order(2))), /ENOSPC/);
  assert.equal(readFileSync(path, "utf8"), toLine(order(1)));
});

test("a device that is always full fails the first write", async (t) => {
  if (!existsSync("/dev/full")) return t.skip("only Linux has such a device");
  const log = new EventLog("/dev/full");
  log.append(order(1));
  await assert.rejects(log.flush(), /order-1.*ENOSPC/);
  await assert.rejects(log.close(), /order-1.*ENOSPC/);
});

test("a log that was moved or deleted is noticed at the next write, and flush throws", async (t) => {
  for (const leave of [rmSync, (path: string) => renameSync(path, `${path}.old`)]) {
    const path = join(folderFor(t), "events.log");
    const log = new EventLog(path);
    log.append(order(1));
    await log.flush();
    leave(path);
    log.append(order(2));
    await assert.rejects(log.flush(), /order-2\).*moved or deleted/);
    await assert.rejects(log.close(), /order-2\)/);
    const moved = `${path}.old`;
    if (existsSync(moved)) assert.equal(readFileSync(moved, "utf8"), toLine(order(1)));
  }
});

test("another file in the place of the log is noticed, too", async (t) => {
  const path = join(folderFor(t), "events.log");
  const log = new EventLog(path);
  log.append(order(1));
  await log.flush();
  renameSync(path, `${path}.old`);
  writeFileSync(path, "");
  log.append(order(2));
  await assert.rejects(log.flush(), /order-2\)/);
  await assert.rejects(log.close());
  assert.equal(readFileSync(path, "utf8"), "");
});

test("a whole line behind a byte order mark is not taken for a torn one", async (t) => {
  const path = join(folderFor(t), "events.log");
  writeFileSync(path, `\uFEFF${toLine(order(1)).trimEnd()}`);
  const log = new EventLog(path);
  log.append(order(2));
  await log.close();
  const { events, torn } = await readAll(path);
  assert.deepEqual(
    { ids: events.map(({ id }) => id), torn },
    { ids: ["order-1", "order-2"], torn: [] },
  );
});

test("whatever JSON can hold comes back from its line as it was", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.jsonValue(),
      fc.nat(),
      (word, data, time) => {
        const event = createEvent(`order.${word.replace(/[*#]/g, "")}`, data, time);
        const line = toLine(event);
        assert.equal(line.indexOf("\n"), line.length - 1);
        // JSON has no -0.
        const same = { ...event, data: JSON.parse(JSON.stringify(data)), replayed: true };
        assert.deepEqual(fromLine(line), same);
      },
    ),
  );
});

test("a log cut off at any byte keeps every whole line, and goes on", async (t) => {
  const path = join(folderFor(t), "events.log");
  const events = [1, 2, 3].map((orderId) => createEvent("чай.куплено", { orderId }, 0));
  const bytes = Buffer.from(events.map(toLine).join(""));
  const ends = events.map((_, at) =>
    Buffer.byteLength(
      events
        .slice(0, at + 1)
        .map(toLine)
        .join(""),
    ),
  );
  for (let length = 1; length <= bytes.length; length++) {
    writeFileSync(path, bytes.subarray(0, length));
    // A line is whole when all but its line break is there.
    const whole = ends.filter((end) => end - 1 <= length).length;
    const before = await readAll(path);
    const log = new EventLog(path);
    log.append(order(4));
    await log.close();
    const after = await readAll(path);
    assert.deepEqual(
      { before: before.events.length, after: after.events.length, torn: after.torn },
      { before: whole, after: whole + 1, torn: [] },
    );
  }
});

// Kill -9

const KILLS = process.env.WORKBOOK_STRICT === "1" ? 100 : 25;
/** After this many kills, a new log begins: reading a long one again and again takes time. */
const KILLS_PER_LOG = 5;
/** This many writers run, and are killed, side by side. */
const LANES = 4;

/** Pseudo-random numbers from 0 up to 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One file of plain JavaScript: a process that has to be translated first starts slowly. */
async function bundleWriter(folder: string): Promise<string> {
  const outfile = join(folder, "writer.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "event-log.writer.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
  });
  return outfile;
}

/** Starts a writer, kills it `delay` ms after its first flush; returns what it had flushed. */
async function writeAndKill(writer: string, path: string, first: number, delay: number) {
  const child = spawn(process.execPath, [writer, path, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told = collect(child);
  try {
    await told.begun;
    await sleep(delay);
  } finally {
    child.kill("SIGKILL");
  }
  await once(child, "close");
  return Number(told.lines().at(-1));
}

function collect(child: ChildProcess) {
  let text = "";
  const begun = new Promise<void>((resolve, reject) => {
    child.once("close", () => reject(new Error("the writer ended by itself")));
    child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      if (text.includes("\n")) resolve();
    });
  });
  // What stands behind the last line break is half a number.
  return { begun, lines: () => text.split("\n").slice(0, -1) };
}

/** Writes a log, killed every now and then; returns how often its last line was torn. */
async function killAgainAndAgain(writer: string, path: string, random: () => number) {
  let torn = 0;
  let last = 0;
  for (let kill = 0; kill < KILLS_PER_LOG; kill++) {
    const flushed = await writeAndKill(writer, path, last + 1, random() * 20);
    const log = await readAll(path);
    const numbers = log.events.map(({ data }) => (data as number[])[0]);
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at + 1),
    );
    assert.ok(numbers.length >= flushed, `${flushed} flushed, ${numbers.length} left`);
    torn += log.torn.length;
    last = numbers.length;
  }
  rmSync(path);
  return torn;
}

test(`killed ${KILLS} times at any moment, a log keeps every whole line`, async (t) => {
  const folder = folderFor(t);
  const writer = await bundleWriter(folder);
  const random = randomFrom(20_260_131);
  let logs = 0;
  let torn = 0;
  const lane = async () => {
    while (logs < KILLS / KILLS_PER_LOG) {
      const path = join(folder, `events-${logs++}.log`);
      torn += await killAgainAndAgain(writer, path, random);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  t.diagnostic(`${torn} of ${KILLS} kills tore the last line`);
});

test("a replay of its own log, written to all the while, comes to an end", async (t) => {
  const path = join(folderFor(t), "events.log");
  const bus = new RecordedBus(new EventBus(), path);
  t.after(() => bus.close());
  for (let orderId = 0; orderId < 20_000; orderId++)
    bus.emit("order.created", { orderId });
  bus.subscribe("order.created", (data) => bus.emit("order.counted", data));
  const { replayed } = await bus.replayFromFile(path);
  await bus.flush();
  const { events } = await readAll(path);
  assert.deepEqual(
    { replayed, recorded: events.length },
    { replayed: 20_000, recorded: 40_000 },
  );
});
