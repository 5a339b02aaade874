/** What happens on a day of two recorded buses, how it is told, and which rule it is about. */
import type { ReplayOptions } from "#bus/log-contract";
import type { File } from "./file-day.ts";
import { DATA, NAMES, RULES, type Rule } from "./story.ts";

export interface Command extends ReplayOptions {
  does: "emit" | "deliver" | "flush" | "close" | "replay";
  bus: number;
  name: number;
  data: number;
  /**
   * Of `deliver`: the event is a replayed one. Of `replay`: the file is the other bus's. Of `flush`
   * and `close`: an event is emitted right after the call.
   */
  other: boolean;
}
export interface Day {
  file: File;
  /** Whether a listener emits when it first hears an event. */
  news: boolean;
  commands: Command[];
}

export function tell({ does, bus, name, data, other, ...options }: Command): string {
  const on = ` on bus ${bus + 1}`;
  const what = `${NAMES[name]}${data ? `, with ${DATA[data]?.[0]}` : ""}`;
  if (does === "emit") return `${what}, is emitted${on}`;
  if (does === "deliver")
    return `${what}, is delivered${on}${other ? ", with replayed: true" : ""}`;
  if (does !== "replay")
    return `${does} is called${on}${other ? ", and order.counted is emitted at once" : ""}`;
  const asked = JSON.stringify(options, (_key, value) => value ?? undefined);
  return `log ${(other ? 1 - bus : bus) + 1} is replayed${on}${asked === "{}" ? "" : `, ${asked}`}`;
}

/** Which rule a difference is about, where what was seen does not say it alone. */
export function ruleOf({ commands, news }: Day, seen?: string): string {
  const replays = commands.filter(({ does }) => does === "replay");
  const has = (does: Command["does"]) => commands.some((one) => one.does === does);
  const isPart = (["until", "from", "pattern"] as const).find((option) =>
    replays.some((one) => one[option] !== undefined),
  );
  const isTime = replays.some(
    ({ from = {}, until = {} }) => "time" in from || "time" in until,
  );
  if (seen !== undefined && seen !== RULES.replay && seen !== RULES.recorded) return seen;
  const signs: [unknown, Rule][] = [
    [isTime, "clock"],
    [isPart, isPart ?? "from"],
    [replays.length > 0 && news, "news"],
    [replays.some(({ other }) => !other), "own"],
    [replays.length > 0, "replay"],
    [news, "before"],
    [has("close"), "closed"],
    [commands.some(({ data }) => data >= 5), "lost"],
    [has("deliver"), "delivered"],
  ];
  return RULES[signs.find(([is]) => is)?.[1] ?? "recorded"];
}
