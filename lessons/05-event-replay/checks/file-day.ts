// Days on which a file is cut off at any byte, edited by hand, read, and goes on.
import { statSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { type AnyDay, checkDays } from "#any-day";
import type { BusEvent } from "#bus/contract";
import { LogError } from "#bus/log-contract";
import { EventLog, readEvents } from "#lesson/05-event-replay/event-log.ts";
import { lineIn, linesOf, logPath, order, orders } from "./desk.ts";
import { slowRead } from "./model.ts";
import { DATA, NAMES, notes, RULES, type Rule, TIMES, titlesOf } from "./story.ts";

/** What may stand in a line, and how the story calls it; an event if nothing else is said. */
const ODD_LINES = [
  "",
  "  \r",
  "\t",
  "null",
  "# by hand",
  `{"id":"order-1"}`,
  "\0\0",
  linesOf(orders(2)).trim().replace("\n", ","),
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
  /** How many orders stand before the lines, or none: the last fills pieces of 64 KiB to the end. */
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
  const fill = (size: number) => {
    const filled = head > 0 ? [...orders(head - 1), order(head, "0".repeat(size))] : [];
    const text = `${mark ? "\uFEFF" : ""}${linesOf(filled)}${texts.join("")}`;
    const bytes = Buffer.from(text);
    return bytes.subarray(0, Math.max(mark ? 3 : 0, bytes.length - cut));
  };
  return fill(0x10000 + (-fill(0).length & 0xffff));
}

function eventOf({ name, data, time, twin }: Line, at: number): BusEvent {
  const timestamp = TIMES[time] ?? 0;
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
    ...(cut > 0 ? [`bytes that are missing at the end of ${path}: ${cut}`] : []),
  ];
}

/** @param broken whether lines may be broken in the middle */
export function files(broken: boolean): fc.Arbitrary<File> {
  const odd = fc.nat(broken ? ODD_LINES.length - 1 : BROKEN - 1);
  const line = fc.record<Line>({
    odd: fc.oneof({ weight: broken ? 2 : 4, arbitrary: fc.constant(-1) }, odd),
    name: fc.nat(NAMES.length - 1),
    data: DATA.held,
    time: fc.nat(TIMES.length - 1),
    twin: fc.constantFrom(false, false, true),
    windows: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
  });
  const lines = fc.array(line, { maxLength: 6, size: "max" });
  return fc.record<File>({
    mark: fc.constantFrom(false, false, false, true),
    head: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 2),
    lines: fc.oneof({ weight: 4, arbitrary: lines }, fc.array(line, { maxLength: 1 })),
    cut: fc.oneof(fc.constantFrom(0, 1), fc.constant(1), fc.nat(4), fc.nat(60)),
  });
}

interface Reading {
  batches: BusEvent[][];
  /** How many bytes it says too few or too many, at the end. */
  bytesOff?: number;
  torn?: string | number | undefined;
  broken?: string | number | undefined;
}

async function read(path: string): Promise<Reading> {
  const reading: Reading = { batches: [] };
  try {
    for await (const { events, bytes, torn } of readEvents(path)) {
      reading.batches.push(events);
      reading.bytesOff = bytes - statSync(path).size;
      if (torn) reading.torn = lineIn(torn, path);
    }
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
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

  function observe(rule: Rule, { batches, bytesOff = 0, torn, broken }: Reading): void {
    const events = batches.flat();
    see("torn", "the torn line", String(torn ?? "none"));
    see("broken", "the broken line", String(broken ?? "none"));
    for (const event of events) {
      const { id, name, data, timestamp, replayed } = event;
      see(rule, "an event", `${id} ${name} ${timestamp}`);
      see(rule, "is replayed, is frozen", `${replayed}, ${Object.isFrozen(event)}`);
      see("alphabets", "its data", JSON.stringify(data));
    }
    see(rule, "the number of events", events.length);
    if (!broken) see("bytes", "bytes that it says too few or too many", bytesOff);
  }
}

/** Registers the checks that days of a file make; up to step 4, all its lines are whole. */
export function fileDays(step: 4 | 5, ...rules: Rule[]): void {
  const path = logPath();
  const late: BusEvent = Object.freeze({ ...order(99), replayed: true });
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
      const first = { batches: [events], torn, broken };
      return play([first, first], async () => ({ batches: [events, [late]] }));
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
