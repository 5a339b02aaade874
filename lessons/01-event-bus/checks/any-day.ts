// Days made up by chance, on the bus and on a slow, simple one that keeps a single list.
import { test } from "node:test";
import fc from "fast-check";
import {
  type AnyDay,
  budget,
  catchEscaped,
  DayError,
  type Observation,
  playDays,
  quiet,
} from "#any-day";
import { type BusEvent, createEvent } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { matches } from "#lesson/01-event-bus/wildcards.ts";

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  hears: "a listener hears the events of its name, with the data and the event",
  order: "listeners are called in the order in which they subscribed",
  event: "emit returns a frozen event with an id of its own, name, data and time",
  time: "the time of an event is the clock's at that moment",
  deliver: "deliver hands on an existing event, unchanged",
  apart: "two buses do not hear each other",
  unsubscribe: "unsubscribe ends a subscription and returns whether there was one",
  once: "the same listener under the same pattern counts once",
  end: "the function that subscribe returns ends that subscription and no other",
  underWay: "an event under way is heard by those who were there when it began",
  nested: "an event that a listener emits is heard before the first one goes on",
  history: "the history holds every emitted event, heard or not, oldest first",
  early: "an event is in the history before its first listener is called",
  notAdded: "a delivered event is not added to the history",
  unchanged: "nobody outside can change the history",
  limit: "historyLimit keeps the newest events and lets go of the others",
  star: "a star stands for exactly one word",
  literal: "every other character stands for itself",
  oneOrder: "patterns and names are called in one order, that of subscription",
  hash: "a hash stands for zero or more words, at any place, as often as one likes",
  manyHashes: "many hashes against a long name are answered at once",
  fails: "a listener that throws or rejects stops neither the others nor the producer",
  onError:
    "onError is called once for each failure, with the error, the event and the pattern",
  whatever: "whatever is thrown or rejected is reported, an Error or not",
  onErrorFails: "an onError that fails stops nobody, and is told on stderr",
} as const;
type Rule = keyof typeof RULES;

/** One thing that happens. Each reads only the fields that it is about. */
interface Command {
  does: "subscribe" | "emit" | "deliver" | "wait" | "unsubscribe" | "end" | "look";
  bus: number;
  who: number;
  pattern: string;
  name: string;
  /** Which of the values, of the earlier events, or of the returned functions. */
  nth: number;
  /** Of `deliver`: an event that has been seen already. */
  again: boolean;
}

/** What a listener does when it is called: a command at its first call, and then how it ends. */
interface Habit {
  first?: Command | undefined;
  ends: "well" | "throws" | "rejects" | "rejects late";
  reason: number;
}

interface Day {
  limits: (number | undefined)[];
  /** What the `onError` of each bus does. */
  onErrors: ("listens" | "throws" | "rejects")[];
  habits: Habit[];
  commands: Command[];
  pairs: [pattern: string, name: string][];
}

type Hear = (data: unknown, event: BusEvent) => unknown;
type AnyBus = Pick<SlowBus, "subscribe" | "unsubscribe" | "emit" | "deliver" | "history">;
interface Options {
  historyLimit: number | undefined;
  onError: (error: unknown, event: BusEvent, pattern: string) => unknown;
  clock: () => number;
}

const wordsOf = (text: string) => (text === "" ? [] : text.split("."));

/** The model of `matches`: all places in the name that the pattern can have come to. */
function slowMatches(pattern: string, name: string): boolean {
  const words = wordsOf(name);
  let places = [0];
  for (const part of wordsOf(pattern)) {
    const from = Math.min(...places);
    if (part === "#") places = [...words.keys(), words.length].filter((at) => at >= from);
    else
      places = places
        .filter((at) => at < words.length && (part === "*" || part === words[at]))
        .map((at) => at + 1);
  }
  return places.includes(words.length);
}

/** The model of the bus: one list, and a mark on those who have left. */
class SlowBus {
  readonly #options: Options;
  readonly #list: { pattern: string; listener: Hear; left: boolean }[] = [];
  readonly #events: BusEvent[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  subscribe(pattern: string, listener: Hear): () => boolean {
    const one = this.#find(pattern, listener) ?? { pattern, listener, left: false };
    if (!this.#list.includes(one)) this.#list.push(one);
    return () => leave(one);
  }

  unsubscribe(pattern: string, listener: Hear): boolean {
    return leave(this.#find(pattern, listener));
  }

  emit(name: string, data: unknown): BusEvent {
    const event = createEvent(name, data, this.#options.clock());
    this.#events.push(event);
    this.deliver(event);
    return event;
  }

  deliver(event: BusEvent): void {
    const { onError } = this.#options;
    for (const { listener, pattern } of this.#list.filter(
      (one) => !one.left && slowMatches(one.pattern, event.name),
    )) {
      attempt(
        () => listener(event.data, event),
        (error) => attempt(() => onError(error, event, pattern), console.error),
      );
    }
  }

  get history(): readonly BusEvent[] {
    const { historyLimit = Infinity } = this.#options;
    return this.#events.filter((_, at) => at >= this.#events.length - historyLimit);
  }

  #find(pattern: string, listener: Hear) {
    return this.#list.find(
      (one) => !one.left && one.pattern === pattern && one.listener === listener,
    );
  }
}

function leave(subscription: { left: boolean } = { left: true }): boolean {
  const was = subscription.left;
  subscription.left = true;
  return !was;
}

function attempt(run: () => unknown, failed: (error: unknown) => void): void {
  try {
    Promise.resolve(run()).then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

const WHO = ["email-sender", "analytics", "audit", "warehouse"];
const circular: Record<string, unknown> = {};
circular.self = circular;
const DATA = [circular, undefined, Number.NaN, () => 7, { orderId: 15 }, null, [1, 2]];
const REASONS = [
  new Error("no paper"),
  undefined,
  null,
  Object.create(null),
  "a string",
  0,
];

/** Plays a day on two buses, and writes down what can be seen. */
function play(
  day: Day,
  makeBus: (options: Options) => AnyBus,
  isMatch: typeof slowMatches,
): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const seen: Observation[] = [];
    const see = (rule: Rule, what: string, value: unknown) =>
      seen.push({ rule: RULES[rule], what, value });
    let now = 1_000;
    const events: BusEvent[] = [];
    const ids: string[] = [];
    const ends: (() => boolean)[] = [];
    const failures: string[] = [];
    const broken: Error[] = [];
    const looks: (() => void)[] = [];
    const label = (event: BusEvent) => `event ${numberIn(events, event)}`;
    const list = (history: readonly BusEvent[]) =>
      history.map(label).join(", ") || "empty";

    const buses = day.limits.map((historyLimit, at) => {
      const does = day.onErrors[at];
      const onError: Options["onError"] = (error, event, pattern) => {
        failures.push(`${told(error, REASONS)}, ${label(event)}, ${pattern}`);
        if (does === "listens") return;
        const failure = new Error(`onError failed, ${broken.length}.`);
        broken.push(failure);
        if (does === "throws") throw failure;
        return Promise.reject(failure);
      };
      return makeBus({ historyLimit, onError, clock: () => now });
    });

    const listeners = day.habits.map(({ first, ends: ending, reason }, who): Hear => {
      let calls = 0;
      return (data, event) => {
        see(
          "hears",
          `${WHO[who]} hears ${event.name}`,
          `${label(event)}, ${told(data, DATA)}`,
        );
        seeEvent("deliver", event);
        if (first && calls++ === 0) perform(first);
        const error = REASONS[reason];
        if (ending === "throws") throw error;
        if (ending === "rejects") return Promise.reject(error);
        return ending === "well" ? undefined : quiet().then(() => Promise.reject(error));
      };
    });

    for (const command of day.commands) {
      try {
        perform(command);
      } catch (error) {
        // What a listener failed with must not come out here; anything else is the answer's own.
        if (![...REASONS, ...broken].includes(error as Error)) throw error;
        see("fails", `${tell(command)}, and that throws`, told(error, REASONS));
      }
    }
    for (const pair of day.pairs) see("literal", tellPair(pair), isMatch(...pair));
    for (let turn = 0; turn < 3; turn++) await quiet();
    for (const look of looks) look();
    see("onError", "the number of calls of onError", failures.length);
    for (const failure of failures.sort()) see("onError", "onError is called", failure);
    const untold = broken.filter(({ message }) => !escaped.stderr.includes(message));
    see("onErrorFails", "failures of onError that stderr does not tell", untold.length);
    see("fails", "failures that nobody handles", escaped.failures.length);
    return seen;

    function seeEvent(rule: Rule, event: BusEvent): void {
      const { id, name, data, timestamp } = event;
      see(
        rule,
        `${label(event)} has`,
        `id ${numberIn(ids, id)}, name ${name}, data ${told(data, DATA)}`,
      );
      see("time", `the timestamp of ${label(event)}`, timestamp);
    }

    function perform(command: Command): void {
      const { does, pattern, name, nth, again } = command;
      const bus = buses[command.bus] as AnyBus;
      const listener = listeners[command.who] as Hear;
      const data = DATA[nth];
      if (does === "wait") now += 1;
      if (does === "subscribe") ends.push(bus.subscribe(pattern, listener));
      if (does === "unsubscribe")
        see(
          "unsubscribe",
          `${tell(command)} and gets`,
          bus.unsubscribe(pattern, listener),
        );
      if (does === "end") see("end", `${tell(command)} and returns`, ends[nth]?.());
      if (does === "emit") {
        const event = bus.emit(name, data);
        const frozen = Object.isFrozen(event) ? "frozen" : "not frozen";
        see("event", `emit of ${name} returns`, `${label(event)}, ${frozen}`);
        seeEvent("event", event);
      }
      if (does === "deliver") {
        const made = Object.freeze({
          id: `elsewhere-${ids.length}`,
          name,
          data,
          timestamp: 5,
        });
        bus.deliver((again && events[nth]) || made);
        see("deliver", "deliver returns", undefined);
      }
      if (does === "look") {
        const { history } = bus;
        const before = list(history);
        see("history", `the history${onBus(command)}`, before);
        for (const event of history) seeEvent("history", event);
        attempt(
          () => (history as BusEvent[]).pop(),
          () => {},
        );
        see(
          "unchanged",
          "the history, when somebody changed what they got",
          list(bus.history),
        );
        const later = list(history);
        looks.push(() =>
          see("unchanged", "a history looked at again later", list(history) === later),
        );
      }
    }
  });
}

/** The place of a value among all that have appeared, counted from 1. */
function numberIn<Value>(all: Value[], value: Value): number {
  if (!all.includes(value)) all.push(value);
  return all.indexOf(value) + 1;
}

/** A name for one of the values of the day: that very one, and not one that looks the same. */
function told(value: unknown, known: readonly unknown[]): string {
  const at = known.findIndex((one) => Object.is(one, value));
  if (at < 0) return "something else";
  if (value instanceof Error) return `Error: ${value.message}`;
  return Object(value) === value ? `object ${at}` : String(value);
}

const onBus = ({ bus }: Command) => (bus === 0 ? "" : " on the other bus");
const tellPair = (pair: string[]) => `matches("${pair.join('", "')}")`;

function tell(command: Command): string {
  const { does, who, pattern, name, nth, again } = command;
  const lines = {
    wait: "time passes",
    subscribe: `${WHO[who]} subscribes to ${pattern}${onBus(command)}`,
    unsubscribe: `${WHO[who]} unsubscribes from ${pattern}${onBus(command)}`,
    end: `the function that subscribe number ${nth + 1} returned is called`,
    emit: `${name} is emitted${onBus(command)}`,
    deliver: `${again ? `event ${nth + 1}, or else ` : ""}${name} is delivered${onBus(command)}`,
    look: `somebody looks at the history${onBus(command)}`,
  };
  return lines[does];
}

/** The commands of a day, and the habits of those who subscribe in it. */
function partsOf({ commands, habits }: Day) {
  const given = [...commands, ...habits.flatMap(({ first }) => first ?? [])];
  const named = habits.map((habit, who) => ({ ...habit, who }));
  const live = named.filter(({ who }) =>
    given.some((one) => one.does === "subscribe" && one.who === who),
  );
  const firsts = live.flatMap(({ first }) => first ?? []);
  return {
    live,
    firsts,
    fail: live.filter(({ ends }) => ends !== "well"),
    all: [...commands, ...firsts],
  };
}

function storyOf(day: Day): string[] {
  const { live, fail, all } = partsOf(day);
  const used = (bus: number) => all.some((one) => one.bus === bus);
  const name = (bus: number) => (bus === 0 ? "the bus" : "the other bus");
  return [
    ...day.limits.flatMap((limit, bus) =>
      limit === undefined || !used(bus)
        ? []
        : [`${name(bus)} has the historyLimit ${limit}`],
    ),
    ...day.onErrors.flatMap((does, bus) =>
      does === "listens" || fail.length === 0 || !used(bus)
        ? []
        : [`onError of ${name(bus)} ${does}`],
    ),
    ...live.flatMap(({ who, first }) =>
      first ? [`${WHO[who]}, when it is called first: ${tell(first)}`] : [],
    ),
    ...fail.map(
      ({ who, ends, reason }) => `${WHO[who]} ${ends}: ${told(REASONS[reason], REASONS)}`,
    ),
    ...day.commands.map(tell),
    ...day.pairs.map(tellPair),
  ];
}

/** Observations that alone do not say which rule is broken: what else happens on the day does. */
const GENERAL: readonly string[] = [
  RULES.hears,
  RULES.literal,
  RULES.history,
  RULES.deliver,
  RULES.fails,
];

function ruleOf(day: Day, seen?: string): string {
  const { firsts, fail, all } = partsOf(day);
  const isOdd = fail.some(({ reason }) => reason > 0);
  if (seen === RULES.onError && isOdd) return RULES.whatever;
  if (seen !== undefined && !GENERAL.includes(seen)) return seen;
  const has = (does: Command["does"], among = all) =>
    among.some((one) => one.does === does);
  const subscribed = all.filter(({ does }) => does === "subscribe");
  const words = [
    ...subscribed.map(({ pattern }) => pattern),
    ...day.pairs.map(([pattern]) => pattern),
  ].flatMap(wordsOf);
  const aboutHistory = seen === RULES.history;
  const signs: [boolean, Rule][] = [
    [aboutHistory && has("look", firsts), "early"],
    [aboutHistory && has("deliver"), "notAdded"],
    [aboutHistory && day.limits.some((limit) => limit !== undefined), "limit"],
    [aboutHistory, "history"],
    [isOdd, "whatever"],
    [fail.length > 0, "fails"],
    [day.pairs.some((pair) => pair === MANY), "manyHashes"],
    [words.includes("#"), "hash"],
    [words.includes("*"), "star"],
    [day.pairs.length > 0, "literal"],
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

/** A pattern that takes for ever when every combination is tried. */
const MANY: Day["pairs"][number] = [`${"#.a.".repeat(9)}#.b`, `b${".a".repeat(50)}`];

const NAMES = ["user.registered", "user.deleted", "order.created"];
const ODD = [
  "constructor",
  "__proto__",
  ".",
  "a..b",
  "user.",
  "User.registered",
  "user.re*",
  "user#.x",
  "u+e(r",
  "user|order",
  "us.r",
  "shop.🛒",
];
const STARS = ["user.*", "*.registered", "*", "*.*", "us*.*"];
const HASHES = ["#", "user.#", "#.registered", "#.#", "*.#"];

/** The days of the steps up to this one. */
function daysOf(step: number): fc.Arbitrary<Day> {
  /** What is there only from a step on. */
  const since = <Value>(first: number, values: readonly Value[]) =>
    step < first ? [] : values;
  const name = fc.oneof(
    often(NAMES),
    often(NAMES),
    often(NAMES),
    fc.constantFrom(...ODD),
  );
  const wild = [...since(4, STARS), ...since(5, HASHES)];
  const text = (words: string[]) =>
    fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((some) => some.join("."));
  const pair = fc.tuple(
    text(["a", "*", "b", "", ...since(5, ["#"])]),
    text(["a", "b", ""]),
  );
  const later = [
    ...since(2, ["unsubscribe", "end"] as const),
    ...since(3, ["look"] as const),
  ] as const;
  const command = (...does: readonly Command["does"][]) =>
    fc.record<Command>({
      does: fc.constantFrom(...does, ...later),
      bus: often([0, 0, 0, 1]),
      who: often(WHO.map((_, at) => at)),
      pattern: fc.oneof(name, ...(wild.length > 0 ? [fc.constantFrom(...wild)] : [])),
      name,
      nth: often(DATA.map((_, at) => at)),
      again: fc.boolean(),
    });
  const habit = fc.record<Habit>({
    first: fc.option(command("emit", "emit", "subscribe"), { nil: undefined, freq: 4 }),
    ends: fc.constantFrom<Habit["ends"][]>(
      "well",
      ...since(6, ["throws", "rejects", "rejects late"] as const),
    ),
    reason: fc.nat(REASONS.length - 1),
  });
  const limit = fc.constantFrom(undefined, ...since(3, [2, 1, 0, 3, Infinity]));
  const onError = fc.constantFrom<Day["onErrors"]>(
    "listens",
    ...since(6, ["throws", "rejects"] as const),
  );
  return fc
    .record<Day>({
      limits: fc.tuple(limit, limit),
      onErrors: fc.tuple(onError, onError),
      habits: fc.tuple(...WHO.map(() => habit)),
      commands: fc.noBias(
        fc.array(command("subscribe", "emit", "subscribe", "emit", "deliver", "wait"), {
          maxLength: 24,
          size: "max",
        }),
      ),
      pairs: fc.array(
        fc.oneof(pair, pair, pair, pair, ...since(5, [fc.constant(MANY)])),
        {
          maxLength: step < 4 ? 0 : 3,
        },
      ),
    })
    .map((day) =>
      step < 2
        ? {
            ...day,
            commands: onlyOnce(day.commands),
            habits: day.habits.map(({ first: _, ...rest }) => rest),
          }
        : day,
    );
}

/** One of some values, mostly the first, so that commands are about the same things. */
function often<Value>([first, ...others]: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(first as Value) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

/** Before step 2 asks for it, nobody subscribes the same pair twice. */
function onlyOnce(commands: Command[]): Command[] {
  const said = new Set<string>();
  return commands.filter(
    (one) => one.does !== "subscribe" || said.size < said.add(tell(one)).size,
  );
}

/** The lesson's days up to a step, as `#any-day` plays them. */
export function lessonDays(step: number): AnyDay<Day> {
  return {
    day: daysOf(step),
    play: (day) =>
      play(
        day,
        (options) => new EventBus(options as never) as unknown as AnyBus,
        matches,
      ),
    model: (day) => play(day, (options) => new SlowBus(options), slowMatches),
    story: storyOf,
    rule: ruleOf,
  };
}

/** Compares `matches` with its model on every pattern and name of up to four words. */
function checkShortPatterns(step: number): void {
  const names = texts(["a", "b", ""]);
  for (const pattern of texts(["a", "b", "*", "", ...(step < 5 ? [] : ["#"])])) {
    if (/^[^a]*b/.test(pattern)) continue; // The same as another one with a and b exchanged.
    for (const name of names) {
      const expected = slowMatches(pattern, name);
      const actual = matches(pattern, name);
      if (actual === expected) continue;
      const pairs: Day["pairs"] = [[pattern, name]];
      const rule = ruleOf({ limits: [], onErrors: [], habits: [], commands: [], pairs });
      throw new DayError(rule, pairs.map(tellPair), String(expected), String(actual));
    }
  }
}

/** All strings of up to four of these words. */
function texts(words: string[]): Set<string> {
  let all = [""];
  let longest = words;
  for (let length = 1; length <= 4; length++) {
    all = [...all, ...longest];
    longest = longest.flatMap((before) => words.map((word) => `${before}.${word}`));
  }
  return new Set(all);
}

/** Registers the check that nothing goes wrong on any day of the steps up to this one. */
export function anyDay(step: number): void {
  test(`step ${step} · on any day, all of this holds`, async () => {
    if (step === 4 || step === 5) checkShortPatterns(step);
    await playDays(lessonDays(step), budget());
  });
}
