import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import kleur from "kleur";
import type { Bus } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { EventLog } from "#bus/event-log";
import type { LogOptions, ReplayingBus } from "#bus/log-contract";
import { RecordedBus } from "#bus/recorded-bus";
import { EventLog as YourEventLog } from "#lesson/05-event-replay/event-log.ts";
import { RecordedBus as YourRecordedBus } from "#lesson/05-event-replay/recorded-bus.ts";
import {
  isFinished,
  measure,
  rounded,
  table,
  type Work,
} from "../../shared/bench/measure.ts";
import { exampleOrder, writeBigLog } from "./big-log.ts";
import { FastLog } from "./further/fast-log.ts";
import { readFast } from "./further/read-fast.ts";

/** A busy server: this many events come before the disk has its turn. */
const BURST = 1_000;
/** How many events one pass of recording has. */
const PASS = 40_000;
const LOG_SIZE = 8_000_000;
const MEGABYTE = 1_000_000;

const folder = mkdtempSync(join(tmpdir(), "event-replay-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const scratch = join(folder, "scratch.log");

const events = Array.from({ length: 10_000 }, (_, orderId) => exampleOrder(orderId));
const lines = events.map((event) => JSON.stringify(event));
const lineBytes = Buffer.byteLength(lines.join("\n")) / lines.length;

/** A contender, and how many events one pass of it has. */
interface Contender {
  name: string;
  events: number;
  pass(): unknown;
}

/** The reference or yours: a class of its own to the type-checker. */
type Log = new (
  path: string,
  options: Pick<LogOptions, "fsync">,
) => Pick<EventLog, "append" | "close">;
type Recorded = new (
  bus: Bus,
  path: string,
) => Pick<ReplayingBus, "subscribe" | "replayFromFile">;

function recorder(Log: Log, fsync: boolean) {
  return async () => {
    rmSync(scratch, { force: true });
    const log = new Log(scratch, { fsync });
    for (let at = 0; at < PASS; at += BURST) {
      for (const event of events.slice(0, BURST)) log.append(event);
      await new Promise(setImmediate);
    }
    await log.close();
  };
}

/** Every line that one pass of this many events would write. */
function* linesOf(count: number): Generator<string> {
  for (let at = 0; at < count; at++)
    yield `${JSON.stringify(events[at % events.length])}\n`;
}

const recording: Contender[] = [
  {
    name: "JSON.stringify alone: the limit",
    events: PASS,
    pass() {
      for (let at = 0; at < PASS; at += events.length)
        for (const event of events) JSON.stringify(event);
    },
  },
  { name: "the reference", events: PASS, pass: recorder(EventLog, false) },
  { name: "the reference, fsync", events: PASS, pass: recorder(EventLog, true) },
  { name: "further/fast-log.ts", events: PASS, pass: recorder(FastLog, false) },
  { name: "further/fast-log.ts, fsync", events: PASS, pass: recorder(FastLog, true) },
  {
    name: "a write stream",
    events: PASS,
    async pass() {
      const stream = createWriteStream(scratch);
      for (const line of linesOf(PASS)) {
        if (!stream.write(line)) await once(stream, "drain");
      }
      stream.end();
      await once(stream, "close");
    },
  },
  {
    name: "appendFileSync each",
    events: 1_000,
    pass() {
      for (const line of linesOf(1_000)) appendFileSync(scratch, line);
    },
  },
  {
    name: "await appendFile each",
    events: 200,
    async pass() {
      for (const line of linesOf(200)) await appendFile(scratch, line);
    },
  },
];

const log = join(folder, "events.log");
const logBytes = writeBigLog(log, LOG_SIZE);
const logLines = readFileSync(log, "utf8").trimEnd().split("\n");

function replayer(Recorded: Recorded) {
  return async () => {
    const bus = new Recorded(new EventBus(), scratch);
    bus.subscribe("order.created", () => {});
    await bus.replayFromFile(log);
  };
}

const replaying: Contender[] = Object.entries({
  "JSON.parse alone: the limit"() {
    for (const line of logLines) JSON.parse(line);
  },
  async "reading alone"() {
    for await (const _ of createReadStream(log, { highWaterMark: 64 * 1024 }));
  },
  "the reference": replayer(RecordedBus),
  async "further/read-fast.ts"() {
    const bus = new EventBus();
    bus.subscribe("order.created", () => {});
    for await (const { events } of readFast(log))
      for (const event of events) bus.deliver(event);
  },
  async "the whole file at once"() {
    const text = await readFile(log, "utf8");
    for (const line of text.trimEnd().split("\n")) JSON.parse(line);
  },
  async "node:readline"() {
    for await (const line of createInterface({ input: createReadStream(log) }))
      JSON.parse(line);
  },
}).map(([name, pass]) => ({ name, events: logLines.length, pass }));

if (await isFinished("Your log", recorder(YourEventLog, false)))
  recording.push({
    name: "your log",
    events: PASS,
    pass: recorder(YourEventLog, false),
  });
const yours = await isFinished("Your replay", replayer(YourRecordedBus));
if (yours)
  replaying.push({
    name: "your replay",
    events: logLines.length,
    pass: replayer(YourRecordedBus),
  });

/** A table of speeds, beside that of the first contender. */
async function compare(title: string, contenders: Contender[], bytes: number) {
  const results = await measure(
    Object.fromEntries(contenders.map(({ name, pass }) => [name, repeated(pass)])),
  );
  const speeds = results.map(({ nanoseconds }, at) => {
    const events = contenders[at]?.events ?? Number.NaN;
    return (events / nanoseconds) * 1e9;
  });
  const rows = results.map(({ name }, at) => {
    const speed = speeds[at] ?? Number.NaN;
    const limit = speeds[0] ?? Number.NaN;
    const megabytes = rounded((speed * bytes) / MEGABYTE);
    return [name, rounded(speed), megabytes, (speed / limit).toFixed(2)];
  });
  const head = [kleur.bold(title), "events/s", "MB/s", "of the limit"];
  console.log(`\n${table(head, rows)}`);
}

function repeated(pass: () => unknown): Work {
  return async (count) => {
    for (let at = 0; at < count; at++) await pass();
  };
}

/** The most memory that a process of its own needs to replay the log, in MB. */
function peakOf(how: string, path: string): string {
  const child = fileURLToPath(new URL("./peak-memory.ts", import.meta.url));
  const args = [...process.execArgv, child, how, path];
  return `${rounded(Number(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout))} MB`;
}

await compare("Recording", recording, lineBytes);
await compare("Replaying", replaying, logBytes / logLines.length);

const sizes = [100, 1_000];
const ways = ["the reference", ...(yours ? ["your replay"] : [])];
const atOnce = "the whole file at once";
const peaks = [...ways, atOnce].map((way) => [way]);
for (const megabytes of sizes) {
  const path = join(folder, `${megabytes}.log`);
  writeBigLog(path, megabytes * MEGABYTE);
  for (const row of peaks) {
    const [way = ""] = row;
    // No string in JavaScript can be as long as 1 GB.
    const possible = way !== atOnce || megabytes < 500;
    row.push(possible ? peakOf(way, path) : "impossible");
  }
  rmSync(path);
}
const head = [
  kleur.bold("Peak memory of a replay"),
  ...sizes.map((size) => `${size} MB`),
];
console.log(`\n${table(head, peaks)}`);
