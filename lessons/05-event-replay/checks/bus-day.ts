// Days of two recorded buses, each with a file, on the answer and on lists.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { type AnyDay, catchEscaped, checkDays } from "#any-day";
import type { Bus, BusEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { LogPlace, ReplayingBus, ReplayReport } from "#bus/log-contract";
import { RecordedBus, reaction } from "#lesson/05-event-replay/recorded-bus.ts";
import { type Command, type Day, NEWS, ruleOf, SENSELESS, tell } from "./bus-story.ts";
import { lineIn, logPath, noon, outcomeOf, settled, told } from "./desk.ts";
import { bytesOf, files, tellFile } from "./file-day.ts";
import { type SlowFile, SlowRecorder, slowRead, slowReplay } from "./model.ts";
import { DATA, NAMES, notes, type Rule, titlesOf } from "./story.ts";

interface Made {
  recorder: ReplayingBus;
  hears: typeof reaction;
  recorded(): BusEvent[];
}

const folder = dirname(logPath());
const paths = ["first.log", "second.log"].map((name) => join(folder, name));

function play(day: Day, make: (bus: Bus, at: number) => Made) {
  return catchEscaped(async (escaped) => {
    const { seen, see } = notes();
    const ids: string[] = [];
    /** Ids of the day's own events differ from run to run: they are called by their order. */
    const label = ({ id, name, data, timestamp }: BusEvent) => {
      if (!id.startsWith("order-") && !ids.includes(id)) ids.push(id);
      const call = /^(order|elsewhere)-/.test(id) ? id : `event ${ids.indexOf(id) + 1}`;
      const what = inspect(data, { depth: 3, maxStringLength: 99 });
      return `${call}, ${name}, ${what}, ${timestamp}`;
    };
    /** A failure by its kind and the first event that it names. */
    const about = (error: unknown) => {
      const at = ids.findIndex((id) => new RegExp(`${id}(?!\\d)`).test(String(error)));
      return `${told(error)} about event ${at + 1}`;
    };
    const failures: string[] = [];
    const buses = paths.map((_, at) => {
      const onError = (error: unknown) => failures.push(told(error));
      const inside: Bus = new EventBus({ onError, clock: () => 2_500 });
      const made = make(inside, at);
      let { news } = day;
      made.recorder.subscribe("#", (_data, event) => {
        const what = `${label(event)}${Object.isFrozen(event) ? ", frozen" : ""}`;
        see(event.replayed ? "replay" : "recorded", `bus ${at + 1} hears`, what);
        const answers = day.news === 3 ? event.replayed : news-- > 0;
        if (answers) made.recorder.emit("order.counted", undefined);
        if (day.news === 3) made.recorder.close().catch(() => {});
      });
      const failure = new RangeError("the printer is out of paper");
      const react = made.hears((_data, event) => {
        see("reaction", "a reaction hears", label(event));
        if (day.reaction === "throws") throw failure;
        return day.reaction === "rejects" ? Promise.reject(failure) : undefined;
      });
      made.recorder.subscribe("#", react);
      return { ...made, inside };
    });

    for (const command of day.commands) if (!(await perform(command))) break;
    for (const [at, { inside, recorder, recorded }] of buses.entries()) {
      await recorder.close().catch(() => {});
      const list = (events: readonly BusEvent[]) => events.map(label).join("; ");
      see(at === 0 ? "recorded" : "delivered", `log ${at + 1}`, list(recorded()));
      see("notAgain", `the history of bus ${at + 1}`, list(recorder.history));
      see("notAgain", `that of the one inside`, list(inside.history));
    }
    await settled();
    see("lost", "what onError hears", failures.sort().join(", "));
    see("unhandled", "failures that nobody handles", escaped.failures.length);
    return seen;

    async function perform({ does, other, part, ...command }: Command): Promise<boolean> {
      const { recorder, inside, recorded } = buses[command.bus] as (typeof buses)[number];
      const bus = command.inside ? inside : recorder;
      const [name = "", data] = [NAMES[command.name], DATA.of(command.data)];
      if (does === "emit") bus.emit(name, data);
      if (does === "deliver") {
        const event = { id: "elsewhere-1", name, data, timestamp: noon };
        const past = { ...event, replayed: true as const };
        for (const each of [bus, buses[1 - command.bus]?.inside, bus])
          each?.deliver(other ? past : event);
      }
      if (does === "flush" || does === "close") {
        const ends = recorder[does]().then(() => "done", about);
        if (other) bus.emit("order.counted", undefined);
        const again = recorder.flush().then(() => "done", about);
        see(does === "close" ? "closed" : "lost", does, await ends);
        if ((await again) === "done") see("recorded", "are in it", recorded().length);
      }
      // Whether senseless options or a missing file are seen first is left open.
      if (does !== "replay" || (day.missing && SENSELESS.includes(part))) return true;
      const which = other ? 1 - command.bus : command.bus;
      const { from, until } = part;
      if (other || (from && until)) await outcomeOf(() => buses[which]?.recorder.flush());
      const events = buses[which]?.recorded() ?? [];
      const isThere = (id: string) => events.some((event) => event.id === id);
      const isOpen = from && "id" in from && !isThere(from.id);
      // Whether an id to begin with comes behind the end, nobody need look, nor whether there is more.
      if (isOpen && slowReplay([...events, {} as BusEvent], part).ended) return true;
      if (command.inside) recorder.flush().catch(() => {});
      const path = paths[which] ?? "";
      const heard = seen.length;
      const failed = await recorder
        .replayFromFile(path, Object.freeze({ ...part }))
        .then(tellReport(part, basename(path)), (error: unknown) => {
          const asked = [part.from, part.until].flatMap((place) =>
            place && "id" in place ? [place.id] : [],
          );
          // What was heard before an unknown id is noticed is left open.
          if (asked.length > 0) seen.length = heard;
          const isNamed = asked.some((id) => !isThere(id) && String(error).includes(id));
          return `${told(error)} that names ${isNamed ? "the id" : "no id"}`;
        });
      const rule = SENSELESS.includes(part) ? "senseless" : "unknown";
      see(failed === undefined ? "report" : rule, "the replay", failed ?? "done");
      return day.news === 0 || rule !== "unknown" || !failed?.startsWith("RangeError");
    }

    function tellReport({ from, until, pattern }: Command["part"], file: string) {
      const isPart = from || until || pattern;
      return ({ replayed, skipped, torn, empty }: ReplayReport): undefined => {
        see("report", "replayed", replayed);
        see("report", "skipped", skipped);
        // Whether it looks at what comes after its end is left open.
        if (!until) see("report", "the torn line", torn ? lineIn(torn, file) : "none");
        const isNamed = empty?.includes(file) ? "it is" : (empty ?? "it is not");
        see(isPart ? "isPart" : "report", "the log is called empty", isNamed);
      };
    }
  });
}

function daysOf(step: number): fc.Arbitrary<Day> {
  const ids = [1, 1, 2, 2, 3, 3, ""].map((one) => `order-${one}`);
  const place = fc.oneof<fc.Arbitrary<LogPlace>[]>(
    fc.record({ count: fc.constantFrom(0, 1, 2, 3, 4, Infinity) }),
    fc.record({ time: fc.constantFrom(0, 0, 500, 1_000, 2_000, 3_000) }),
    fc.record({ id: fc.constantFrom("", "-1", ...ids) }),
  );
  const pattern = fc.constantFrom("#", "order.*", "чай.#", "*.paid", "constructor.#");
  const until = fc.oneof(place, fc.constant({ count: 99 }));
  const asked = fc.record({ from: place, until, pattern }, { requiredKeys: [] });
  const part = fc.oneof(asked, asked, asked, asked, fc.constantFrom({}, ...SENSELESS));
  const news = ["emit", "emit", "deliver", "deliver", "flush", "close"] as const;
  const command = fc.record<Command>({
    does: fc.constantFrom(...news, ...Array(step < 7 ? 0 : 9).fill("replay")),
    bus: fc.constantFrom(0, 0, 1),
    inside: fc.boolean(),
    name: fc.nat(NAMES.length - 1),
    data: DATA.any,
    other: fc.constantFrom(false, false, true),
    part: step < 8 ? fc.constant({}) : part,
  });
  const days = fc.record<Day>({
    file: files(false),
    missing: fc.boolean(),
    news: fc.constantFrom(0, 0, 0, 1, 2, 3),
    reaction: fc.constantFrom<Day["reaction"][]>("works", "works", "throws", "rejects"),
    commands: fc.noBias(fc.array(command, { maxLength: 10, size: "max" })),
  });
  // News cuts off a torn line, perhaps before all of the file is read.
  return days.map((day) =>
    day.news > 0 ? { ...day, file: { ...day.file, cut: 0 } } : day,
  );
}

/** Registers the checks that days of two recorded buses make, up to this step. */
export function busDays(step: number, ...rules: Rule[]): void {
  const days: AnyDay<Day> = {
    day: daysOf(step),
    play(day) {
      for (const [at, path] of paths.entries()) {
        const bytes = at === 0 ? bytesOf(day.file) : Buffer.alloc(0);
        if (day.missing && bytes.length === 0) rmSync(path, { force: true });
        else writeFileSync(path, bytes);
      }
      return play(day, (bus, at) => {
        const path = paths[at] ?? "";
        const recorded = () =>
          existsSync(path) ? slowRead(readFileSync(path)).events : [];
        const recorder = new RecordedBus(bus, path);
        return { recorder, hears: step < 7 ? plain : reaction, recorded };
      });
    },
    model(day) {
      const lists = [bytesOf(day.file), Buffer.alloc(0)].map((bytes): SlowFile => {
        return { ...slowRead(bytes), missing: day.missing && bytes.length === 0 };
      });
      const fileOf = (path: string) => lists[paths.indexOf(path)] as SlowFile;
      return play(day, (bus, at) => {
        const recorder = new SlowRecorder(bus, paths[at] ?? "", fileOf);
        const recorded = () => fileOf(paths[at] ?? "").events;
        return { recorder, hears: step < 7 ? plain : onlyNews, recorded };
      });
    },
    story: ({ file, missing, news, reaction, commands }) => [
      ...tellFile(file, "log 1"),
      ...(missing ? ["a log without text is not there yet"] : []),
      ...(news > 0 ? [NEWS[news - 1] ?? ""] : []),
      ...(reaction === "works" ? [] : [`each reaction ${reaction}`]),
      ...commands.map(tell),
    ],
    rule: ruleOf,
  };
  checkDays(step, titlesOf(rules), days);
}

const plain: typeof reaction = (listener) => listener;
const onlyNews: typeof reaction = (listener) => (data, event) =>
  event.replayed ? undefined : listener(data, event);
