// Replays a log in one of the ways that the bench compares, and prints its peak memory in MB.
import { readFile } from "node:fs/promises";
import type { Bus } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { ReplayingBus } from "#bus/log-contract";
import { RecordedBus } from "#bus/recorded-bus";
import { RecordedBus as YourRecordedBus } from "#lesson/05-event-replay/recorded-bus.ts";

const ways: Record<string, (path: string) => Promise<unknown>> = {
  "the reference": (path) => replay(RecordedBus, path),
  "your replay": (path) => replay(YourRecordedBus, path),
  "the whole file at once": async (path) => {
    const text = await readFile(path, "utf8");
    return text
      .split("\n")
      .reduce((sum, line) => sum + (line && JSON.parse(line) ? 1 : 0), 0);
  },
};

/** The reference or yours: a class of its own to the type-checker. */
type Recorded = new (
  bus: Bus,
  path: string,
) => Pick<ReplayingBus, "subscribe" | "replayFromFile">;

function replay(Recorded: Recorded, path: string): Promise<unknown> {
  const bus = new Recorded(new EventBus({ historyLimit: 0 }), `${path}.new`);
  bus.subscribe("order.created", () => {});
  return bus.replayFromFile(path);
}

const [way = "", path = ""] = process.argv.slice(2);
await ways[way]?.(path);
console.log(process.resourceUsage().maxRSS / 1024);
