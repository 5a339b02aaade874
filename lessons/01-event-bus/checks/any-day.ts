// Days made up by chance, on the bus and on a slow, simple one that keeps a single list.
import { isDeepStrictEqual } from "node:util";
import { catchEscaped, checkDays, type Observation, quiet } from "#any-day";
import type { AnyListener, Bus, BusClass, BusEvent, OnError } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { daysOf } from "./day.ts";
import { named, RESULTS, refusalOf, settled } from "./desk.ts";
import { attempt, SlowBus } from "./model.ts";
import type { Command, Day, Rule } from "./story.ts";
import { makeData, REASONS, RULES, ruleOf, storyOf, tell, told, WHO } from "./story.ts";

class Task extends Promise<never> {}

/** Does what may be refused, with an error or without. */
const tryOut = (change: () => unknown) => attempt(change, () => {});

/** Plays a day on two buses, and writes down what can be seen. */
function play(day: Day, BusOfThisDay: BusClass): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const seen: Observation[] = [];
    const see = (rule: Rule, what: string, value: unknown) =>
      seen.push({ rule: RULES[rule], what, value });
    let now = 0;
    const events = new Map<BusEvent, number>();
    const ids = new Map<string, number>();
    let guests = 0;
    const isMissing = day.onErrors.includes("is missing");
    const returned: (() => boolean)[] = [];
    const failures: string[] = [];
    /** What must be told on stderr, as often as it is here. */
    const broken: unknown[] = [];
    const values = [...makeData(), ...makeData()];
    const rejected: Promise<never>[] = [];
    const label = (event: BusEvent) => `event ${numberIn(events, event)}`;
    const list = (history: readonly BusEvent[]) =>
      history.map(label).join(", ") || "empty";

    const buses = day.limits.map((historyLimit, at) => {
      const does = day.onErrors[at];
      const onError: OnError = (error, event, pattern) => {
        const about = `${label(event)}, ${named(pattern)}, bus ${at + 1}`;
        failures.push(`${told(error, REASONS)}, ${about}`);
        if (does === "listens") return RESULTS[(failures.length - 1) % RESULTS.length];
        const isGiven = does === "throws what it was given";
        const odd = isGiven ? error : REASONS[1 + (numberIn(events, event) % 3)];
        const failure = does?.includes("what") ? odd : new Error("log is full");
        if (!isGiven || REASONS.includes(failure)) broken.push(failure);
        if (!does?.startsWith("rejects")) throw failure;
        if (does === "rejects") return quiet().then(() => Promise.reject(failure));
        return Task.reject(failure);
      };
      return new BusOfThisDay({
        ...(historyLimit !== undefined && { historyLimit }),
        ...(does !== "is missing" && { onError }),
        clock: () => now++ + 1_000 * at,
      });
    });

    const listeners = day.habits.map(({ first, ends, reason }, who): AnyListener => {
      const error = REASONS[reason];
      let calls = 0;
      return (data, event) => {
        const heard = `${label(event)}, ${told(data, values)}`;
        see("hears", `${WHO[who]} hears ${named(event.name)}`, heard);
        seeEvent("deliver", event);
        if (calls++ === 0) first.forEach(perform);
        if (isMissing && /^(throws|rejects)/.test(ends)) broken.push(error);
        if (ends === "throws") throw error;
        if (ends === "slips") buses[0]?.subscribe("", () => {});
        if (ends === "rejects late") return quiet().then(() => Promise.reject(error));
        if (ends !== "rejects") return ends === "well" ? undefined : RESULTS[reason];
        // The promise may be one that another listener has returned, too.
        rejected[reason] ??= Task.reject(error);
        return rejected[reason];
      };
    });

    for (const command of day.commands) {
      try {
        perform(command);
        if (command.does === "wait") await quiet();
      } catch (error) {
        // What a listener failed with must not come out here; anything else is the answer's own.
        if (![...REASONS, ...broken].includes(error)) throw error;
        see("fails", `${tell(command)}, and that throws`, told(error, REASONS));
      }
    }
    await settled();
    for (const failure of failures.sort()) see("onError", "onError is called", failure);
    const toTell = broken.map((one) => told(one, [one]).replace("Error: ", ""));
    for (const text of new Set(toTell.sort())) {
      const times = toTell.filter((one) => one === text).length;
      const isOdd = text === "value 1" && !escaped.stderr.includes("circular structure");
      const isTold = isOdd || escaped.stderr.split(text).length > times;
      see(isMissing ? "stderr" : "onErrorFails", `stderr tells each "${text}"`, isTold);
    }
    const isSpilt = (one: unknown) =>
      one instanceof Error && escaped.stderr.includes(one.message);
    const spilt = broken.length === 0 && REASONS.some(isSpilt);
    see("onError", "what onError was told is on stderr, too", spilt);
    see("fails", "failures that nobody handles", escaped.failures.length);
    see("fails", "the exit code of the process", process.exitCode);
    return seen;

    function seeEvent(rule: Rule, event: BusEvent): void {
      const { id, name, data, timestamp, replayed } = event;
      const frozen = [event, data].map(Object.isFrozen);
      const state = `it and its data frozen: ${frozen}, replayed: ${replayed}`;
      const facts = `id ${numberIn(ids, id)}, name ${named(name)}, data ${told(data, values)}`;
      see(rule, `${label(event)} has`, `${facts}, ${state}`);
      see("time", `the timestamp of ${label(event)} (clock counts calls)`, timestamp);
    }

    function perform(command: Command): void {
      for (let time = 0; time < command.times; time++) performOnce(command);
    }

    function guest(number = ++guests): AnyListener {
      const hear: AnyListener = (_data, event) =>
        see("order", `guest ${number} hears`, label(event));
      return Object.freeze(hear);
    }

    function performOnce(command: Command): void {
      const { does, pattern, name, nth, again } = command;
      const bus = buses[command.bus] as Bus;
      const isGuest = command.times > 1 && does === "subscribe";
      const listener = isGuest ? guest() : (listeners[command.who] as AnyListener);
      const data = values[does === "deliver" ? nth + values.length / 2 : nth];
      if (does === "wait") now += [1, -2, 0.5, -1.5, 1e9][nth % 5] as number;
      const line = tell(command);
      if (does === "unsubscribe")
        see("unsubscribe", `${line} and gets`, bus.unsubscribe(pattern, listener));
      if (does === "subscribe" || (does === "unsubscribe" && again))
        returned.push(bus.subscribe(pattern, listener));
      if (does === "end") see("end", `${line} and returns`, returned[nth]?.());
      if (does === "emit") {
        const event = bus.emit(name, data);
        see("event", `emit of ${named(name)} returns`, label(event));
        seeEvent("event", event);
      }
      if (does === "deliver") {
        const made = { id: `elsewhere-${ids.size}`, name, data, timestamp: 5 };
        const other: BusEvent = nth % 2 ? made : { ...made, replayed: true };
        const event = (again && [...events.keys()][nth]) || other;
        const look = () => [{ ...event }, ...[event, event.data].map(Object.isFrozen)];
        const before = look();
        bus.deliver(event);
        see("deliver", "the event is as it was", isDeepStrictEqual(look(), before));
      }
      if (does === "slip") {
        const slips = [
          () => bus.emit([`${name}.*`, `*.${name}`, "#"][nth / 4] as string, data),
          () => bus.emit("", data),
          () => bus.subscribe([name] as never, listener),
          () => bus.subscribe(name, undefined as never),
        ] as const;
        const at = (nth % 4) as 0 | 1 | 2 | 3;
        const left = bus.unsubscribe(name, undefined as never);
        see("unsubscribe", "unsubscribe of what is no listener gets", left);
        const before = now;
        const isRefused = refusalOf(slips[at]) !== undefined;
        now = before;
        see(at < 2 ? "emitRefuses" : "trace", `${line}, and is refused`, isRefused);
      }
      if (does === "look") {
        const { history } = bus;
        see("history", `${line} and sees`, list(history));
        for (const event of history) seeEvent("history", event);
        tryOut(() => Reflect.set(history, "length", 0));
        tryOut(() => Reflect.set(bus, "history", []));
        see("unchanged", "the history, after somebody emptied theirs", list(bus.history));
      }
    }
  });
}

/** The place of a value among all that have appeared, counted from 1. */
function numberIn<Value>(all: Map<Value, number>, value: Value): number {
  if (!all.has(value)) all.set(value, all.size + 1);
  return all.get(value) as number;
}

/** Registers the check that nothing goes wrong on any day of the steps up to this one, and those of its rules. */
export function anyDay(step: number, ...rules: Rule[]): void {
  const titles = rules.map((rule) => RULES[rule]);
  const played = (Bus: BusClass) => (day: Day) => play(day, Bus);
  const sides = { play: played(EventBus), model: played(SlowBus) };
  checkDays(step, titles, { day: daysOf(step), ...sides, story: storyOf, rule: ruleOf });
}
