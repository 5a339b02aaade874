/** What can happen on a day, how it is told, and which rule it is about. */
import { named, RESULTS } from "./desk.ts";
import { wordsOf } from "./model.ts";

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  hears: "a listener hears the events of its name, with the data and the event",
  order: "listeners are called in the order in which they subscribed",
  event: "`emit` returns a frozen event with an id of its own, name, data and time",
  time: "the time of an event is the clock's at that moment",
  deliver: "`deliver` hands on an existing event, unchanged",
  apart: "two buses do not hear each other",
  unsubscribe: "`unsubscribe` ends a subscription and returns whether there was one",
  once: "the same listener under the same pattern counts once",
  end: "the function that `subscribe` returns ends that subscription and no other",
  underWay: "an event under way is heard by those who were there when it began",
  nested: "an event that a listener emits is heard before the first one goes on",
  history: "the history holds every emitted event, heard or not, oldest first",
  early: "an event is in the history before its first listener is called",
  notAdded: "a delivered event is not added to the history",
  unchanged: "changing or setting `history` changes nothing in the bus",
  star: "a star stands for exactly one word",
  each: "a listener under two patterns that match is called for each of them",
  oneOrder: "exact names and patterns are called in one order, that of subscription",
  hash: "a hash stands for zero or more words, at any place, as often as one likes",
  fails: "a listener that throws or rejects stops neither the others nor the producer",
  onError:
    "`onError` is called once for each failure, with the error, the event and the pattern",
  whatever: "whatever is thrown or rejected is reported, an Error or not",
  onErrorFails:
    "when `onError` throws or rejects, the others still hear, and its failure is on stderr",
  stderr: "without `onError`, a failure is told on stderr",
  emitRefuses:
    "`emit` refuses an empty name and one with wildcards, and remembers nothing of it",
  trace: "what was refused leaves no trace",
} as const;
export type Rule = keyof typeof RULES;

/** One thing that happens. Each reads only the fields that it is about. */
export interface Command {
  does: "subscribe" | "emit" | "deliver" | "wait" | Later;
  bus: number;
  who: number;
  pattern: string;
  name: string;
  /** Which of the values, of the earlier events, or of the returned functions. */
  nth: number;
  /** Of `deliver`: an event that has been seen already. Of `unsubscribe`: and back again. */
  again: boolean;
  /** Of `emit`, `deliver` and `subscribe`; if it is more than once, guests subscribe. */
  times: number;
}

export const ON_ERRORS = [
  ...(["listens", "throws", "throws what is not an Error", "rejects"] as const),
  ...(["rejects what is not an Error", "throws what it was given"] as const),
  "is missing" as const,
];

type Later = "unsubscribe" | "end" | "look" | "slip";

/** What a listener does when it is called: what it does at its first call, and then how it ends. */
export interface Habit {
  first: Command[];
  ends: "well" | "throws" | "rejects" | "rejects late" | "returns" | "slips";
  reason: number;
}

export interface Day {
  limits: (number | undefined)[];
  /** What the `onError` of each bus does; it "is missing" on both, or on none. */
  onErrors: (typeof ON_ERRORS)[number][];
  habits: Habit[];
  commands: Command[];
}

export const WHO = ["email-sender", "analytics", "audit"];
/** New at every play: what one has frozen is not frozen for the next. */
export function makeData(): unknown[] {
  const circular: Record<string, unknown> = Object.create(null);
  circular.self = circular;
  const order = Object.freeze({ id: 15 });
  const objects = [circular, order, [1, 2], new Error("no tea"), Promise.resolve(7)];
  return [...objects, undefined, Number.NaN, null, () => 7];
}
const noPaper = new AggregateError([new Error("empty tray")], "no paper");
const noInk = new TypeError("no ink", { cause: new Error("dry") });
export const REASONS = [
  ...[Object.freeze(noPaper), undefined, null, makeData()[0], noInk, "50% off"],
  ...[new DOMException("stopped", "AbortError"), Promise.resolve("no failure")],
  ...[new RangeError("no room")],
];

const onBus = ({ bus }: Command) => (bus === 0 ? "" : " on the other bus");

export function tell(command: Command): string {
  const { does, nth, again } = command;
  const who = WHO[command.who];
  const times = command.times > 1 ? `, ${command.times} times` : "";
  const subscribe = times ? `${command.times} guests subscribe` : `${who} subscribes`;
  const [name, pattern] = [named(command.name), named(command.pattern)];
  const lines = {
    wait: "time passes",
    subscribe: `${subscribe} to ${pattern}${onBus(command)}`,
    unsubscribe: `${who} unsubscribes from ${pattern}${onBus(command)}${again ? ", and subscribes again" : ""}`,
    end: `the function that subscribe number ${nth + 1} returned is called`,
    emit: `${name} is emitted${onBus(command)}${times}`,
    deliver: `${again ? `event ${nth + 1}, or else ` : ""}${name} is delivered${onBus(command)}${times}`,
    slip: `something that makes no sense is asked, number ${nth}${onBus(command)}`,
    look: `somebody looks at the history${onBus(command)}`,
  };
  return lines[does];
}

/** A name for one of the values of the day: that very one, and not one that looks the same. */
export function told(value: unknown, known: readonly unknown[]): string {
  const at = known.findIndex((one) => Object.is(one, value));
  if (at < 0) return "something else";
  if (value instanceof Error) return `Error: ${value.message}`;
  return Object(value) === value ? `value ${at + 1}` : String(value);
}

/** All that may happen on a day, what listeners do in the middle, and those that fail. */
function partsOf({ commands, habits }: Day) {
  const firsts = habits.flatMap(({ first }) => first);
  const fail = habits.filter(({ ends }) => /^(throws|rejects|slips)/.test(ends));
  return { firsts, fail, all: [...commands, ...firsts] };
}

export function storyOf(day: Day): string[] {
  const names = ["the bus", "the other bus"];
  return [
    ...day.limits.flatMap((limit, bus) =>
      limit === undefined ? [] : [`${names[bus]} has the historyLimit ${limit}`],
    ),
    ...day.onErrors.flatMap((does, bus) =>
      does === "listens" ? [] : [`onError of ${names[bus]} ${does}`],
    ),
    ...day.habits.flatMap(({ first }, who) =>
      first.map((one) => `${WHO[who]}, when it is called first: ${tell(one)}`),
    ),
    ...day.habits.flatMap(({ ends, reason }, who) => {
      if (ends === "well") return [];
      const values = ends === "returns" ? RESULTS : REASONS;
      const what = ends === "slips" ? "an empty pattern" : told(values[reason], values);
      return `${WHO[who]} ${ends}: ${what}`;
    }),
    ...day.commands.map(tell),
  ];
}

/** Observations that alone do not say which rule is broken: what else happens on the day does. */
const GENERAL: string[] = [RULES.hears, RULES.deliver, RULES.fails];

export function ruleOf(day: Day, seen?: string): string {
  const { firsts, fail, all } = partsOf(day);
  const isOdd = fail.some(({ reason }) => reason > 0);
  if (seen === RULES.onError && isOdd) return RULES.whatever;
  if (seen !== undefined && !GENERAL.includes(seen)) return seen;
  const has = (does: Command["does"], among = all) =>
    among.some((one) => one.does === does);
  const subscribed = all.filter(({ does }) => does === "subscribe");
  const people = new Set(subscribed.map(({ who }) => who)).size;
  const words = subscribed.flatMap(({ pattern }) => wordsOf(pattern));
  const isWild = words.some((word) => /^[*#]$/.test(word));
  const signs: [boolean, Rule][] = [
    [has("slip"), "trace"],
    [isOdd, "whatever"],
    [fail.length > 0, "fails"],
    [isWild && people < subscribed.length, "each"],
    [isWild && subscribed.length > 1, "oneOrder"],
    [isWild, words.includes("#") ? "hash" : "star"],
    [has("emit", firsts), "nested"],
    [firsts.length > 0, "underWay"],
    [has("end"), "end"],
    [has("unsubscribe"), "unsubscribe"],
    [new Set(subscribed.map(tell)).size < subscribed.length, "once"],
    [all.some(({ bus }) => bus > 0), "apart"],
    [has("deliver"), "deliver"],
    [subscribed.length > 1, "order"],
  ];
  return RULES[signs.find(([is]) => is)?.[1] ?? "hears"];
}
