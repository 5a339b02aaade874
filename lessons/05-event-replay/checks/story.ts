/** The rules of this lesson's days: what the steps ask, as the titles of their checks. */
import fc from "fast-check";
import type { Observation } from "#any-day";

export const RULES = {
  flush: "after `flush`, every event so far is in the file, in order",
  asItWas:
    "an event is written as it was when it was appended, or left out if JSON cannot hold it",
  together: "events that come during a write go into the next one, together",
  waits: "`flush` waits for what was appended before it, and not for what comes later",
  fsync:
    "with `fsync`, `flush` waits for a `sync` after each write; without it, there is none",
  close:
    "the file is opened for the first event, and closed once, when `close` has written the last",
  unwritten:
    "a `sync` that fails, or a file that cannot be opened, counts as a write that failed",
  closesAll: "`close` closes the file even when the last write fails",
  failed:
    "after a failure nothing more is written, and `append`, `flush` and `close` throw it, each time",
  unhandled: "a failure that nobody waits for does not end the process",
  bytes: "a long log comes in many pieces, and each says how many bytes have been read",
  alphabets: "characters of any alphabet survive the borders between pieces",
  read: "the events come out as they went in, in order",
  blank: "blank lines, and a byte order mark at the beginning, are skipped",
  torn: "a torn last line is left out, and `torn` names its place",
  whole: "a last line that lacks only its line break is an event",
  broken:
    "a broken line is a LogError that begins with its place, such as `events.log:3`",
  upTo: "all events before a broken line come out, and none after it",
  goesOn: "a log that is there already goes on at its end",
  recorded: "every event of the bus is in the log, heard or not",
  before: "an event is in the log before those that its listeners emit",
  delivered: "a delivered event is recorded, a replayed one is not",
  closed: "`close` stops the recording at once and writes what waits; the bus goes on",
  lost: "an event that JSON cannot hold is heard, and `flush` and `close` throw a TypeError that names it",
  replay: "a replay delivers the same events, frozen and with `replayed: true`, in order",
  notAgain: "a replay is neither recorded again nor added to the history",
  news: "what a listener emits during a replay is news: recorded, and not replayed with it",
  own: "its own log is written before it is read",
  reaction: "a `reaction` hears what happens now, and nothing that is replayed",
  report:
    "the report counts what was delivered, and says what was torn, or that there was no event",
  senseless: "options that make no sense are refused before anything is replayed",
  isPart: "a part without events is not called an empty log",
  clock: "the order of the log counts, even where the clock was set back",
  until: "`until` stops before an event, a time or a count",
  from: "`from` begins at an event, a time or a count",
  pattern: "`pattern` chooses events by name, and places count all events",
  unknown: "an id that is not in the log is a RangeError that names it",
} as const;
export type Rule = keyof typeof RULES;

export const titlesOf = (rules: Rule[]) => rules.map((rule) => RULES[rule]);

/** A list of what is seen on a day. */
export function notes() {
  const seen: Observation[] = [];
  const see = (rule: Rule, what: string, value: unknown) => {
    seen.push({ rule: RULES[rule], what, value });
  };
  return { seen, see };
}

/** Names that an event may have, and times. */
export const NAMES = ["order.created", "order.paid", "чай.куплено", "constructor"];
export const TIMES = [0, 0, 1_000, 2_000];

const deep = JSON.parse("[".repeat(300) + "]".repeat(300));
/** More than a piece of a file, with a mark where the next one begins. */
const long = String.fromCharCode(...Array(0x5000).keys()) + "\uFEFF".repeat(25_000);

const VALUES: [name: string, make: () => unknown][] = [
  ["", () => ({ paid: { total: 450 } })],
  ["no data", () => undefined],
  ["Cyrillic, a cart and a mark", () => ({ note: "Ґудзик\uFEFF до чаю 🛒" })],
  ["line breaks of all kinds", () => ({ note: "by\r the\n door\u2028" })],
  ["a URL", () => ({ page: new URL("https://shop.example/") })],
  ["lists in lists, 300 deep", () => deep],
  ["20,000 characters of all kinds and 25,000 marks", () => ({ long })],
  ["a BigInt inside", () => ({ items: [{ price: 10n }] })],
  ["a function", () => () => 450],
];
/** Those that JSON can hold. The large ones are rare, for they take long. */
const held = fc
  .integer({ min: -70, max: 6 })
  .map((one) => (one < 5 ? (one + 70) % 5 : one));
/** Data that an event may have, by their numbers: from `unheld` on, JSON cannot hold them. */
export const DATA = {
  unheld: 7,
  of: (data: number): unknown => VALUES[data]?.[1](),
  tell: (data: number) => (data > 0 ? `, with ${VALUES[data]?.[0]}` : ""),
  held,
  any: fc.oneof(held, fc.constantFrom(0, 7, 8)),
};
