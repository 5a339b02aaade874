// Days of a log on a slow disk: on the answer, and on a simple one that looks again and again.
import fc from "fast-check";
import { type AnyDay, catchEscaped, checkDays } from "#any-day";
import { endTimeLimits } from "#any-day/time-limits";
import { type BusEvent, inWords } from "#bus/contract";
import { EventLog } from "#lesson/05-event-replay/event-log.ts";
import { Disk, idsOf, order, settled, THROWN, told, watch } from "./desk.ts";
import { SlowLog } from "./model.ts";
import { DATA, NAMES, notes, RULES, type Rule, titlesOf } from "./story.ts";

type Log = Pick<EventLog, "append" | "flush" | "close">;

interface Command {
  does: "append" | "again" | "flush" | "close" | "the disk answers" | "the disk fails";
  /** Which data, which of the earlier events, or what is thrown. */
  nth: number;
}
interface Day {
  fsync: boolean | undefined;
  /** Whether the file cannot be opened. */
  missing: boolean;
  commands: Command[];
}

/** Every third event is one from another log. */
const isPast = (number: number) => number % 3 === 2;

function play(day: Day, makeLog: (disk: Disk, fsync: boolean | undefined) => Log) {
  return catchEscaped(async (escaped) => {
    const { seen, see } = notes();
    const disk = new Disk();
    disk.missing = day.missing;
    const log = makeLog(disk, day.fsync);
    // Another log, whose disk never answers, is nothing to wait for.
    makeLog(new Disk(), day.fsync).append(order(99));
    const events: BusEvent[] = [];
    const promises: [name: string, seen: { is: string }][] = [];
    let closed = false;
    let fails = day.missing;

    for (const [at, { does, nth }] of day.commands.entries()) {
      if (does === "append") {
        const id = `order-${events.length + 1}`;
        const name = NAMES.at(-1 - (events.length % 4)) ?? "";
        const past = isPast(events.length + 1) && { replayed: true as const };
        events.push({ id, name, data: DATA.of(nth), timestamp: nth, ...past });
        append(events.at(-1), nth);
        // A close may come before the file is open.
        if (nth === 0 && day.commands[at + 1]?.does === "close") continue;
      }
      if (does === "again") {
        Object.assign(Object(events[nth]?.data).paid ?? {}, { total: 0 });
        Object.assign(Object(events[nth]), { timestamp: 99 });
        append(events[nth], DATA.unheld);
      }
      if (does === "flush" || does === "close") {
        promises.push([`${does} ${promises.length + 1}`, watch(log[does](), aboutOne)]);
        closed ||= does === "close";
        // What is appended right after the call comes later, too.
        if (day.commands[at + 1]?.does === "append") continue;
      }
      fails ||= does === "the disk fails";
      await settled();
      if (does === "the disk answers") await disk.answer();
      if (does === "the disk fails") await disk.answer(THROWN[nth % 5]);
      look();
    }
    while (await disk.answer());
    look();
    see("unhandled", "failures that nobody handles", escaped.failures.length);
    return seen;

    function append(event: BusEvent | undefined, nth: number): void {
      if (event === undefined) return;
      let outcome = "it is taken";
      try {
        log.append(event);
      } catch (error) {
        // Whether it asks first if it still writes or if JSON can hold the event is left open.
        const isOpen = (closed || fails) && nth >= DATA.unheld;
        outcome = isOpen ? "it is refused" : closed ? told(error) : aboutOne(error);
      }
      const rule = closed ? "close" : outcome.startsWith("Type") ? "asItWas" : "failed";
      see(rule, `${event.id} is appended`, outcome);
    }

    /** A failure by its kind and the events that it names. */
    function aboutOne(error: unknown): string {
      const { message } = error as Error;
      const about = events.filter(
        ({ id, name }) =>
          message.includes(name) && new RegExp(`${id}(?!\\d)`).test(message),
      );
      const why = /ENOSPC|ENOENT/.exec(message)?.[0] ?? "no reason";
      return `${told(error)} about ${idsOf(about).join(", ")}: ${why}`;
    }

    function look(): void {
      const calls = (name: string) => disk.calls.filter((call) => call === name).length;
      const data = disk.events.map((one) => JSON.stringify([one.data, one.timestamp]));
      const or = (rule: Rule) => (fails ? "failed" : rule);
      see(or("flush"), "in the file", idsOf(disk.events).join(", ") || "nothing");
      see("asItWas", "data and times in the file", data.join(" "));
      see(or("together"), "the number of writes", calls("append"));
      see(or("fsync"), "the number of syncs", calls("sync"));
      see("close", "how often it is opened", calls("open"));
      const closes = fails ? "closesAll" : "close";
      see(closes, "how often it is closed", calls("close"));
      for (const [name, { is }] of promises) {
        const rule = name.startsWith("close") ? "close" : "waits";
        see(is.startsWith("LogError") ? "failed" : rule, name, is);
      }
    }
  });
}

function storyOf({ fsync, missing, commands }: Day): string[] {
  let events = 0;
  return [
    ...(fsync ? ["the log has the option fsync"] : []),
    ...(missing ? ["the file cannot be opened"] : []),
    ...commands.map(({ does, nth }) => {
      if (does === "append")
        return `order-${++events}${isPast(events) ? ", replayed" : ""}, is appended${DATA.tell(nth)}`;
      if (does === "again")
        return `order-${nth + 1} is appended again, with total: 0 in its data and another time`;
      if (does === "the disk fails" && nth % 5 > 0)
        return `the disk fails with ${inWords(THROWN[nth % 5])}`;
      return does.startsWith("the") ? does : `${does} is called`;
    }),
  ];
}

function ruleOf({ fsync, missing, commands }: Day, seen?: string): string {
  const has = (does: Command["does"]) => commands.some((one) => one.does === does);
  if (missing) return RULES.unwritten;
  const fails = has("the disk fails");
  if (seen !== undefined && (seen !== RULES.waits || !fails)) return seen;
  if (fails) return fsync ? RULES.unwritten : RULES.failed;
  return has("close") ? RULES.close : fsync ? RULES.fsync : RULES.waits;
}

/** Registers the checks that days of the log make, up to this step. */
export function logDays(step: 2 | 3, ...rules: Rule[]): void {
  const does = fc.constantFrom<Command["does"][]>(
    ...(["append", "append", "append", "again", "again", "flush"] as const),
    ...(["close", "the disk answers", "the disk answers", "the disk answers"] as const),
    ...(step < 3 ? [] : (["the disk fails", "the disk fails"] as const)),
  );
  const command = fc.record({ does, nth: fc.oneof(fc.constant(0), DATA.any) });
  const commands = fc.array(command, { maxLength: 14, size: "max" });
  const days: AnyDay<Day> = {
    day: fc.record<Day>({
      fsync: fc.constantFrom(true, true, false, undefined),
      missing: fc.constantFrom(...(step < 3 ? [false] : [false, false, false, true])),
      commands: fc.noBias(commands),
    }),
    play(day) {
      // A disk may be slower than anybody waits.
      const giveTimeBack = endTimeLimits();
      return play(day, ({ open }, fsync) => {
        const options = fsync === undefined ? { open } : { open, fsync };
        return new EventLog("events.log", options);
      }).finally(giveTimeBack);
    },
    model: (day) => play(day, (disk, fsync = false) => new SlowLog(disk, fsync)),
    story: storyOf,
    rule: ruleOf,
  };
  checkDays(step, titlesOf(rules), days);
}
