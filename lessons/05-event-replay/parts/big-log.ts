/** A log of 1 GB, replayed with a progress bar. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBus } from "#bus/event-bus";
import { writeBigLog } from "../big-log.ts";
import { showProgress } from "../further/progress-bar.ts";
import { replayAtPace } from "../further/replay-at-pace.ts";

const MEGABYTE = 1_000_000;
const megabytes = Number(process.argv[2] ?? 1_000);
if (!(megabytes > 0 && megabytes <= 100_000)) {
  console.error("How many megabytes? For example: npm run lesson 5 big-log 200");
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), "big-log-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => process.exit(1));

const path = join(folder, "events.log");
console.log(`Writing a log of ${megabytes} MB …`);
writeBigLog(path, megabytes * MEGABYTE);

const bus = new EventBus({ historyLimit: 0 });
let revenue = 0;
bus.subscribe("order.created", (data) => {
  revenue += (data as { total: number }).total;
});
const start = performance.now();
const replayed = await replayAtPace(bus, path, { onProgress: showProgress() });
const seconds = (performance.now() - start) / 1000;
const peak = process.resourceUsage().maxRSS / 1024;
console.log(`${replayed.toLocaleString("en")} events in ${seconds.toFixed(1)} s:`);
console.log(`  ${(megabytes / seconds).toFixed(0)} MB/s, revenue ${revenue / 100} UAH`);
console.log(`  at most ${peak.toFixed(0)} MB of memory, however long the log`);
