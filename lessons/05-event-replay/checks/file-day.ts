// Days on which a file is cut off at any byte, edited by hand, read, and goes on.
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type AnyDay, checkDays } from "#any-day";
import type { BusEvent } from "#bus/contract";
import { EventLog, readEvents } from "#lesson/05-event-replay/event-log.ts";
import { lineIn, linesOf, noon, order, orders } from "./desk.ts";
import { slowRead } from "./model.ts";
import { DATA, NAMES, notes, RULES, type Rule, TIMES, titlesOf } from "./story.ts";

/** What may stand in a line, and how the story calls it; an event if nothing else is said. */
const ODD_LINES = [
  "",
  "  \r",
  "\t",
  "oops",
  "42",
  `{"id":"order-1"}`,
  "null",
  "\0\0",
  "{}",
];
const BROKEN = 3;

export interface Line {
  /** Which of the odd lines, or -1 for an event. */
  odd: number;
  name: number;
  data: number;
  /** Which of the times. */
  time: number;
  /** Whether its id is that of the first order, which was delivered twice. */
  twin: boolean;
  /** "\n" or "\r\n". */
  windows: boolean;
}
export interface File {
  mark: boolean;
  /** How many orders stand before the lines: a log of several pieces, or none. */
  head: number;
  lines: Line[];
  /** How many bytes are missing at the end, as a part of the last line and a bit. */
  cut: number;
}

export function bytesOf({ mark, head, lines, cut }: File): Buffer {
  const texts = lines.map((line, at) => {
    const event = JSON.stringify(eventOf(line, head + at));
    return `${line.odd < 0 ? event : ODD_LINES[line.odd]}${line.windows ? "\r" : ""}\n`;
  });
  const bytes = Buffer.from(
    `${mark ? "\uFEFF" : ""}${linesOf(orders(head))}${texts.join("")}`,
  );
  return bytes.subarray(0, Math.max(mark ? 3 : 0, bytes.length - cut));
}

function eventOf({ name, data, time, twin }: Line, at: number): BusEvent {
  const timestamp = noon + (TIMES[time] ?? 0);
  const id = `order-${twin ? 1 : at + 1}`;
  return { id, name: NAMES[name] ?? "", data: DATA.of(data), timestamp };
}

export function tellFile(file: File, path = "events.log"): string[] {
  const { mark, head, lines, cut } = file;
  return [
    ...(mark ? [`${path} begins with a byte order mark`] : []),
    ...(head > 0 ? [`${path} begins with ${head} orders`] : []),
    ...lines.map(({ odd, name, data, time, twin, windows }, index) => {
      const at = head + index;
      const what = `${NAMES[name]}${DATA.tell(data)}, at ${TIMES[time]} ms`;
      const text =
        odd < 0 ? `order-${twin ? 1 : at + 1}: ${what}` : JSON.stringify(ODD_LINES[odd]);
      return `line ${at + 1} of ${path} is ${text}${windows ? ", ended by \\r\\n" : ""}`;
    }),
    ...(cut > 0 ? [`the last ${cut} bytes of ${path} are missing`] : []),
  ];
}

/** @param broken whether lines may be broken in the middle, and come after many */
export function files(broken: boolean): fc.Arbitrary<File> {
  const odd = fc.nat(broken ? ODD_LINES.length - 1 : BROKEN - 1);
  const line = fc.record<Line>({
    odd: fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, odd),
    name: fc.nat(NAMES.length - 1),
    data: DATA.held,
    time: fc.nat(TIMES.length - 1),
    twin: fc.constantFrom(false, false, true),
    windows: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
  });
  return fc.record<File>({
    mark: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
    head: fc.constantFrom(...Array(broken ? 9 : 1).fill(0), ...(broken ? [700] : [])),
    lines: fc.array(line, { maxLength: 6, size: "max" }),
    cut: fc.oneof(fc.constant(0), fc.nat(4), fc.nat(150)),
  });
}

/** A folder for the files of all days; gone when the process ends. */
export function dayFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "event-replay-days-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Reading {
  events: Pick<BusEvent, "id" | "name" | "data" | "timestamp">[];
  /** How many bytes it says too few or too many, at the end. */
  bytesOff?: number;
  torn?: string | number | undefined;
  broken?: string | number | undefined;
}

async function read(path: string): Promise<Reading> {
  const reading: Reading = { events: [] };
  try {
    for await (const { events, bytes, torn } of readEvents(path)) {
      reading.events.push(...events);
      reading.bytesOff = bytes - statSync(path).size;
      if (torn) reading.torn = lineIn(torn, path);
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "LogError") throw error;
    const { message } = error;
    reading.broken = message.startsWith(path) ? lineIn(message, path) : message;
  }
  return reading;
}

/** Plays a day: it is read twice at once, it goes on, and it is read again. */
async function play(first: Reading[], second: () => Promise<Reading>) {
  const { seen, see } = notes();
  for (const reading of first) observe("read", reading);
  if (first[0]?.broken === undefined) observe("goesOn", await second());
  return seen;

  function observe(rule: Rule, { events, bytesOff = 0, torn, broken }: Reading): void {
    see("torn", "the torn line", String(torn ?? "none"));
    see("broken", "the broken line", String(broken ?? "none"));
    for (const { id, name, data, timestamp } of events) {
      see(rule, "an event", `${id} ${name} ${timestamp}`);
      see("alphabets", "its data", JSON.stringify(data));
    }
    see(rule, "the number of events", events.length);
    if (!broken) see("bytes", "bytes that it says too few or too many", bytesOff);
  }
}

/** Registers the checks that days of a file make; up to step 4, all its lines are whole. */
export function fileDays(step: 4 | 5, ...rules: Rule[]): void {
  const path = join(dayFolder(), "events.log");
  const late = order(99);
  const days: AnyDay<File> = {
    day: step < 5 ? files(false).map((file) => ({ ...file, cut: 0 })) : files(true),
    async play(file) {
      writeFileSync(path, bytesOf(file));
      return play(await Promise.all([read(path), read(path)]), async () => {
        const log = new EventLog(path);
        log.append(late);
        await log.close();
        return read(path);
      });
    },
    model(file) {
      const { events, torn, broken } = slowRead(bytesOf(file));
      const first = { events, torn, broken };
      return play([first, first], async () => ({ events: [...events, late] }));
    },
    story: (file) => (bytesOf(file).length > 0 ? tellFile(file) : ["the log is empty"]),
    rule({ cut, lines }, seen) {
      if (lines.some(({ odd }) => odd >= BROKEN)) return seen ?? RULES.upTo;
      if (cut === 1 && seen !== RULES.goesOn) return RULES.whole;
      return seen ?? RULES[cut > 0 ? "torn" : "read"];
    },
  };
  checkDays(step, titlesOf(rules), days);
}
