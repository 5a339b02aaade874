// Days of two recorded buses, each with a file, on the answer and on lists.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import fc from "fast-check";
import { type AnyDay, catchEscaped, checkDays } from "#any-day";
import type { Bus, BusEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { LogPlace, ReplayOptions, ReplayReport } from "#bus/log-contract";
import { RecordedBus, reaction } from "#lesson/05-event-replay/recorded-bus.ts";
import { type Command, type Day, ruleOf, tell } from "./bus-story.ts";
import { lineIn, noon, outcomeOf, settled, told } from "./desk.ts";
import { bytesOf, dayFolder, files, tellFile } from "./file-day.ts";
import { SlowRecorder, slowRead } from "./model.ts";
import { DATA, NAMES, notes, type Rule, titlesOf } from "./story.ts";

type Recorder = Pick<SlowRecorder, "flush" | "close"> & {
  replayFromFile(path: string, options: ReplayOptions): Promise<ReplayReport>;
};

interface Made {
  recorder: Recorder;
  hears: typeof reaction;
  recorded(): BusEvent[];
}

/** Some ids that are in a log, and some that are not. */
const IDS = ["order-1", "order-2", "order-3", "order-", "constructor", ""];

const folder = dayFolder();
const paths = ["first.log", "second.log"].map((name) => join(folder, name));

function play(day: Day, make: (bus: Bus, at: number) => Made) {
  return catchEscaped(async (escaped) => {
    const { seen, see } = notes();
    const known: string[] = [];
    /** Ids of the day's own events differ from run to run: they are called by their order. */
    const label = ({ id, name, data, timestamp }: BusEvent) => {
      if (!/^(order|elsewhere)-/.test(id) && !known.includes(id)) known.push(id);
      const call = known.includes(id) ? `event ${known.indexOf(id) + 1}` : id;
      return `${call}, ${name}, ${String(data)}, ${timestamp - noon}`;
    };
    const failures: string[] = [];
    const buses = paths.map((_, at) => {
      const onError = (error: unknown) => failures.push(told(error));
      const bus: Bus = new EventBus({ onError, clock: () => noon + 2_500 });
      const made = make(bus, at);
      let isNews = day.news;
      bus.subscribe("#", (_data, event) => {
        see(event.replayed ? "replay" : "recorded", `bus ${at + 1} hears`, label(event));
        if (!isNews) return;
        isNews = false;
        bus.emit("order.counted", undefined);
      });
      bus.subscribe(
        "#",
        made.hears((_data, event) => see("reaction", "a reaction hears", label(event))),
      );
      return { ...made, bus };
    });

    for (const command of day.commands) if (!(await perform(command))) break;
    for (const [at, { bus, recorder, recorded }] of buses.entries()) {
      await recorder.close().catch(() => {});
      const list = (events: readonly BusEvent[]) => events.map(label).join("; ");
      see(at === 0 ? "recorded" : "delivered", `log ${at + 1}`, list(recorded()));
      see("notAgain", `the history of bus ${at + 1}`, list(bus.history));
    }
    await settled();
    see("lost", "what onError hears", failures.join(", "));
    see("unhandled", "failures that nobody handles", escaped.failures.length);
    return seen;

    async function perform(command: Command): Promise<boolean> {
      const { does, other, from, until, pattern } = command;
      const [name = "", data] = [NAMES[command.name], DATA[command.data]?.[1]()];
      const one = buses[command.bus] as (typeof buses)[number];
      if (does === "emit") one.bus.emit(name, data);
      if (does === "deliver") {
        const event = { id: "elsewhere-1", name, data, timestamp: noon };
        one.bus.deliver(other ? { ...event, replayed: true } : event);
      }
      if (does === "flush" || does === "close") {
        const ends = outcomeOf(() => one.recorder[does]());
        if (other) one.bus.emit("order.counted", undefined);
        see(does === "close" ? "closed" : "lost", does, await ends);
      }
      if (does !== "replay") return true;
      const which = other ? 1 - command.bus : command.bus;
      if (other) await outcomeOf(() => buses[which]?.recorder.flush());
      const options = { ...(from && { from }), ...(until && { until }) };
      const heard = seen.length;
      const failed = await one.recorder
        .replayFromFile(
          paths[which] ?? "",
          Object.freeze({ ...options, ...(pattern && { pattern }) }),
        )
        .then(tellReport(command, paths[which] ?? ""), (error: unknown) => {
          // What was heard before an unknown id is noticed is left open.
          seen.length = heard;
          const asked = [from, until].map((place) =>
            place && "id" in place ? place.id : "?",
          );
          const isNamed = asked.some((id) => String(error).includes(id));
          return `${told(error)} that names ${isNamed ? "the id" : "no id"}`;
        });
      see(failed === undefined ? "report" : "unknown", "the replay", failed ?? "done");
      return failed === undefined;
    }

    function tellReport({ from, until, pattern }: ReplayOptions, path: string) {
      const isPart = from || until || pattern;
      return ({ replayed, skipped, torn, empty }: ReplayReport): undefined => {
        see("report", "replayed", replayed);
        see("report", "skipped", skipped);
        // Whether it looks at what comes after its end is left open.
        if (!until) see("report", "the torn line", torn ? lineIn(torn, path) : "none");
        const isNamed = empty?.includes(path) ? "it is" : (empty ?? "it is not");
        see(isPart ? "isPart" : "report", "the log is called empty", isNamed);
      };
    }
  });
}

function daysOf(step: number): fc.Arbitrary<Day> {
  const place = fc.oneof<fc.Arbitrary<LogPlace | undefined>[]>(
    fc.constant(undefined),
    fc.record({ count: fc.constantFrom(0, 1, 2, 3, 99, Infinity) }),
    fc.record({
      time: fc.constantFrom(-noon, 0, 500, 1000, 2000, Infinity).map((ms) => noon + ms),
    }),
    fc.record({
      id: fc.constantFrom(...IDS),
    }),
  );
  const pattern = fc.constantFrom(
    undefined,
    "#",
    "order.*",
    "чай.#",
    "*.paid",
    "constructor.#",
  );
  const none = fc.constant(undefined);
  const anyCommand = fc.record({
    does: fc.constantFrom<Command["does"][]>(
      ...(["emit", "emit", "deliver", "deliver", "flush", "close"] as const),
      ...(step < 7 ? [] : (["replay", "replay", "replay", "replay"] as const)),
    ),
    bus: fc.constantFrom(0, 0, 0, 1),
    name: fc.nat(NAMES.length - 1),
    data: fc.oneof({ weight: 3, arbitrary: fc.nat(4) }, fc.nat(DATA.length - 1)),
    other: fc.constantFrom(false, false, true),
    from: step < 8 ? none : place,
    until: step < 8 ? none : place,
    pattern: step < 8 ? none : pattern,
  }) as fc.Arbitrary<Command>;
  // Whether an id that would come after the end is in the log: nobody need look.
  const command = anyCommand.map((one) =>
    one.until && one.from && "id" in one.from ? { ...one, from: { count: 1 } } : one,
  );
  const commands = fc.noBias(fc.array(command, { maxLength: 6, size: "max" }));
  return fc.record<Day>({ file: files(false), news: fc.boolean(), commands });
}

/** Registers the checks that days of two recorded buses make, up to this step. */
export function busDays(step: number, ...rules: Rule[]): void {
  const days: AnyDay<Day> = {
    day: daysOf(step),
    play(day) {
      const texts = [bytesOf(day.file), ""];
      for (const [at, path] of paths.entries()) writeFileSync(path, texts[at] ?? "");
      return play(day, (bus, at) => {
        const path = paths[at] ?? "";
        const recorded = () => slowRead(readFileSync(path)).events;
        const hears = step < 7 ? plain : reaction;
        // From another drive of Windows, no relative path leads there.
        const recorder = new RecordedBus(bus, relative(process.cwd(), path));
        return { recorder, hears, recorded };
      });
    },
    model(day) {
      const lists = [slowRead(bytesOf(day.file)), slowRead(Buffer.alloc(0))];
      const fileOf = (path: string) => lists[paths.indexOf(path)] ?? { events: [] };
      return play(day, (bus, at) => {
        const recorded = () => lists[at]?.events ?? [];
        const recorder = new SlowRecorder(bus, paths[at] ?? "", fileOf);
        return { recorder, hears: step < 7 ? plain : onlyNews, recorded };
      });
    },
    story: ({ file, news, commands }) => [
      ...tellFile(file, "log 1"),
      ...(news ? ["at the first event, a listener emits order.counted"] : []),
      ...commands.map(tell),
    ],
    rule: ruleOf,
  };
  checkDays(step, titlesOf(rules), days);
}

const plain: typeof reaction = (listener) => listener;
const onlyNews: typeof reaction = (listener) => (data, event) =>
  event.replayed ? undefined : listener(data, event);
