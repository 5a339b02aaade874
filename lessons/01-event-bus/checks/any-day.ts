// Days made up by chance, on the bus and on a slow, simple one that keeps a single list.
import { catchEscaped, checkDays, type Observation, quiet } from "#any-day";
import type { AnyListener, Bus, BusClass, BusEvent, OnError } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { daysOf } from "./day.ts";
import { refusalOf, settled } from "./desk.ts";
import { SlowBus } from "./model.ts";
import {
  type Command,
  type Day,
  makeData,
  REASONS,
  RULES,
  type Rule,
  ruleOf,
  storyOf,
  tell,
  told,
  WHO,
} from "./story.ts";

class Task extends Promise<never> {}
const never = new Promise(() => {});
const logIsFull = "the log is full";
/** What a listener may return that has not failed. */
const RESULTS = [null, {}, [], Promise.resolve(), never, 0];

/** Plays a day on two buses, and writes down what can be seen. */
function play(day: Day, BusOfThisDay: BusClass): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const seen: Observation[] = [];
    const see = (rule: Rule, what: string, value: unknown) =>
      seen.push({ rule: RULES[rule], what, value });
    let now = 0;
    const events: BusEvent[] = [];
    const ids: string[] = [];
    const ends: (() => boolean)[] = [];
    const failures: string[] = [];
    const broken: Error[] = [];
    const looks: (() => void)[] = [];
    const values = makeData();
    const rejected: Promise<never>[] = [];
    const label = (event: BusEvent) => `event ${numberIn(events, event)}`;
    const list = (history: readonly BusEvent[]) =>
      history.map(label).join(", ") || "empty";

    const buses = day.limits.map((historyLimit, at) => {
      const does = day.onErrors[at];
      const onError: OnError = (error, event, pattern) => {
        failures.push(
          `${told(error, REASONS)}, ${label(event)}, ${pattern}, bus ${at + 1}`,
        );
        if (does === "listens") return never;
        if (does === "throws what is not an Error")
          throw REASONS[1 + (failures.length % 3)];
        const failure = new Error(logIsFull);
        broken.push(failure);
        if (does === "throws") throw failure;
        return Promise.reject(failure);
      };
      return new BusOfThisDay({
        ...(historyLimit !== undefined && { historyLimit }),
        onError,
        clock: () => now + 1_000 * at,
      });
    });

    const listeners = day.habits.map(
      ({ first, ends: ending, reason }, who): AnyListener => {
        let calls = 0;
        return (data, event) => {
          const heard = `${label(event)}, ${told(data, values)}`;
          see("hears", `${WHO[who]} hears ${event.name}`, heard);
          seeEvent("deliver", event);
          if (calls++ === 0) first.forEach(perform);
          const error = REASONS[reason];
          if (ending === "throws") throw error;
          // The promise may be one that another listener has returned, too.
          if (ending === "rejects") {
            rejected[reason] ??= Task.reject(error);
            return rejected[reason];
          }
          if (ending === "rejects late") return quiet().then(() => Promise.reject(error));
          return ending === "well" ? undefined : RESULTS[reason];
        };
      },
    );

    for (const command of day.commands) {
      try {
        perform(command);
      } catch (error) {
        // What a listener failed with must not come out here; anything else is the answer's own.
        if (![...REASONS, ...broken].includes(error as Error)) throw error;
        see("fails", `${tell(command)}, and that throws`, told(error, REASONS));
      }
    }
    await settled();
    for (const look of looks) look();
    see("onError", "the number of calls of onError", failures.length);
    for (const failure of failures.sort()) see("onError", "onError is called", failure);
    const untold = broken.length + 1 - escaped.stderr.split(logIsFull).length;
    see("onErrorFails", "onError failed, and stderr does not tell", Math.max(0, untold));
    see("fails", "failures that nobody handles", escaped.failures.length);
    return seen;

    function seeEvent(rule: Rule, event: BusEvent): void {
      const { id, name, data, timestamp } = event;
      see(
        rule,
        `${label(event)} has`,
        `id ${numberIn(ids, id)}, name ${name}, data ${told(data, values)}`,
      );
      see("time", `the timestamp of ${label(event)}`, timestamp);
    }

    function perform(command: Command): void {
      const { does, pattern, name, nth, again } = command;
      const bus = buses[command.bus] as Bus;
      const listener = listeners[command.who] as AnyListener;
      const data = values[nth];
      if (does === "wait") now += nth % 2 === 0 ? 1 : -1.5;
      if (does === "subscribe") ends.push(bus.subscribe(pattern, listener));
      const line = tell(command);
      if (does === "unsubscribe")
        see("unsubscribe", `${line} and gets`, bus.unsubscribe(pattern, listener));
      if (does === "end") see("end", `${line} and returns`, ends[nth]?.());
      if (does === "emit") {
        const event = bus.emit(name, data);
        const frozen = Object.isFrozen(event) ? "frozen" : "not frozen";
        see("event", `emit of ${name} returns`, `${label(event)}, ${frozen}`);
        seeEvent("event", event);
      }
      if (does === "deliver") {
        const made: BusEvent = {
          id: `elsewhere-${ids.length}`,
          name,
          data,
          timestamp: 5,
        };
        const news = nth % 2 === 0 ? { ...made, replayed: true as const } : made;
        const event = (again && events[nth]) || news;
        const frozen = () => String([event, event.data].map(Object.isFrozen));
        const before = frozen();
        bus.deliver(event);
        see("deliver", "the event is", frozen() === before ? "as it was" : "frozen");
      }
      if (does === "slip") {
        const slips = [
          () => bus.emit(`${name}.*`, data),
          () => bus.emit("", data),
          () => bus.subscribe([name] as never, listener),
          () => bus.subscribe(name, undefined as never),
        ];
        const at = nth % slips.length;
        const refused = refusalOf(slips[at] as () => unknown);
        const answer = refused === undefined ? "accepted" : "refused";
        see(at < 2 ? "emitRefuses" : "trace", line, answer);
      }
      if (does === "look") {
        const { history } = bus;
        const before = list(history);
        see("history", `${line} and sees`, before);
        for (const event of history) seeEvent("history", event);
        Reflect.set(history, "length", 0);
        see("unchanged", "the history, after somebody emptied theirs", list(bus.history));
        const later = list(history);
        looks.push(() => {
          const state = list(history) === later ? "as it was" : "changed";
          see("unchanged", "a history that was handed out is", state);
        });
      }
    }
  });
}

/** The place of a value among all that have appeared, counted from 1. */
function numberIn<Value>(all: Value[], value: Value): number {
  if (!all.includes(value)) all.push(value);
  return all.indexOf(value) + 1;
}

/** Registers the check that nothing goes wrong on any day of the steps up to this one, and those of its rules. */
export function anyDay(step: number, ...rules: Rule[]): void {
  const days = {
    day: daysOf(step),
    play: (day: Day) => play(day, EventBus),
    model: (day: Day) => play(day, SlowBus),
    story: storyOf,
    rule: ruleOf,
  };
  const titles = rules.map((rule) => RULES[rule]);
  checkDays(step, titles, days);
}
