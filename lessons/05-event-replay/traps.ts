import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import kleur from "kleur";
import { createEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { toLine } from "#lesson/05-event-replay/event-log.ts";
import { RecordedBus } from "#lesson/05-event-replay/recorded-bus.ts";
import { firstLoss } from "./further/first-loss.ts";

const folder = mkdtempSync(join(tmpdir(), "event-replay-traps-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const noon = Date.UTC(2026, 0, 31, 12);

function trap(title: string): void {
  console.log(kleur.bold(`\n${title}`));
}

function linesIn(path: string): number {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

trap("1. A listener that takes the past for news");
// #region news
const path = join(folder, "events.log");
const bus = new RecordedBus(new EventBus<{ "order.paid": { orderId: number } }>(), path);
const labels: number[] = [];
bus.subscribe("order.paid", ({ orderId }) => labels.push(orderId));

bus.emit("order.paid", { orderId: 41 });
await bus.replayFromFile(path);
await bus.replayFromFile(path);
// #endregion
console.log(`  parcel labels printed for order 41: ${labels.length}`);

trap("2. An event is heard before it is stored");
// #region flush
bus.emit("order.paid", { orderId: 42 });
const atOnce = linesIn(path);
await bus.flush();
const afterFlush = linesIn(path);
// #endregion
console.log(`  lines in the log right after emit: ${atOnce}; after flush: ${afterFlush}`);
await bus.close();

trap("3. What JSON changes without a word");
const surprises = {
  date: new Date(noon),
  share: Number.POSITIVE_INFINITY,
  tags: new Set(["tea"]),
  note: undefined,
};
console.log(
  `  before: date ${typeof surprises.date}, share ${surprises.share}, tags a Set of 1`,
);
const after = JSON.parse(toLine(createEvent("order.created", surprises, noon))).data;
console.log(
  `  after:  date ${typeof after.date}, share ${after.share}, tags ${JSON.stringify(after.tags)}, note ${"note" in after ? "there" : "gone"}`,
);
console.log(`  further/first-loss.ts finds it: ${firstLoss(surprises)}`);

trap("4. Somebody else writes on after a torn line");
const torn = join(folder, "torn.log");
const line = (orderId: number) => toLine(createEvent("order.paid", { orderId }, noon));
// #region torn
appendFileSync(torn, line(41) + line(42).slice(0, 30)); // the power goes
appendFileSync(torn, line(43)); // a script that knows nothing of it
// #endregion
const shop = new RecordedBus(new EventBus(), join(folder, "new.log"));
await shop.replayFromFile(torn).catch(({ name, message }: Error) => {
  // Only the place: why is in the words of the JSON parser, and every version has its own.
  console.log(`  ${name} at ${/torn\.log:\d+/.exec(message)?.[0]}`);
});
