/** What happens on a day of two recorded buses, how it is told, and which rule it is about. */
import { inspect } from "node:util";
import type { ReplayOptions } from "#bus/log-contract";
import type { File } from "./file-day.ts";
import { DATA, NAMES, RULES, type Rule } from "./story.ts";

export interface Command {
  does: "emit" | "deliver" | "flush" | "close" | "replay";
  bus: number;
  /** Whether the bus inside is asked; of `replay`: whether a flush is under way. */
  inside: boolean;
  name: number;
  data: number;
  /**
   * Of `deliver`: the event is a replayed one. Of `replay`: the file is the other bus's. Of `flush`
   * and `close`: an event is emitted right after the call.
   */
  other: boolean;
  part: ReplayOptions;
}
export interface Day {
  file: File;
  /** Whether a log that has no text is not there yet. */
  missing: boolean;
  /** What a listener does. */
  news: number;
  reaction: "works" | "throws" | "rejects";
  commands: Command[];
}

export const NEWS = [
  "at the first event, a listener emits order.counted",
  "at the first two events, a listener emits order.counted",
  "a listener emits order.counted for what is replayed, and calls close at any event",
];

/** Options that make no sense. */
export const SENSELESS: ReplayOptions[] = [
  { from: { time: Number.NaN } },
  { until: { time: Number.NaN } },
  { from: { count: -1 } },
  { until: { count: -1 } },
  { pattern: "" },
];

export function tell(command: Command): string {
  const { does, bus, inside, name, data, other, part } = command;
  const on = ` on bus ${bus + 1}${inside ? ", the one inside" : ""}`;
  const what = `${NAMES[name]}${DATA.tell(data)}`;
  if (does === "emit") return `${what}, is emitted${on}`;
  if (does === "deliver")
    return `${what}, is delivered${on}, on the other, and again${other ? ", with replayed: true" : ""}`;
  if (does !== "replay")
    return `${does} is called${on}, ${other ? "order.counted is emitted, " : ""}then flush`;
  const asked = Object.keys(part).length === 0 ? "" : `, ${inspect(part)}`;
  return `log ${(other ? 1 - bus : bus) + 1} is replayed on bus ${bus + 1}${inside ? " during a flush" : ""}${asked}`;
}

/** Which rule a difference is about, where what was seen does not say it alone. */
export function ruleOf({ commands, news }: Day, seen?: string): string {
  const replays = commands.filter(({ does }) => does === "replay");
  const has = (does: Command["does"]) => commands.some((one) => one.does === does);
  const isPart = (["until", "from", "pattern"] as const).find((option) =>
    replays.some(({ part }) => part[option] !== undefined),
  );
  const isTime = replays.some(
    ({ part: { from = {}, until = {} } }) => "time" in from || "time" in until,
  );
  if (seen !== undefined && seen !== RULES.replay && seen !== RULES.recorded) return seen;
  const signs: [unknown, Rule][] = [
    [isTime, "clock"],
    [isPart, isPart ?? "from"],
    [replays.length > 0 && news === 3, "closed"],
    [replays.length > 0 && news, "news"],
    [replays.some(({ other }) => !other), "own"],
    [replays.length > 0, "replay"],
    [news, "before"],
    [has("close"), "closed"],
    [commands.some(({ data }) => data >= DATA.unheld), "lost"],
    [has("deliver"), "delivered"],
  ];
  return RULES[signs.find(([is]) => is)?.[1] ?? "recorded"];
}
