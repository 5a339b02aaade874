import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import kleur from "kleur";
import type { ConsumedRecord, Sent } from "#given/08-kafka-on-files/given/options.ts";
import { Consumer, share } from "#lesson/08-kafka-on-files/consumer.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic, partitionOf } from "#lesson/08-kafka-on-files/topic.ts";

const folder = mkdtempSync(join(tmpdir(), "kafka-on-files-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** The story plays on one morning, ten minutes from one order to the next. */
let now = Date.UTC(2026, 0, 31, 9, 0);
const clock = () => {
  now += 600_000;
  return now;
};

function chapter(title: string): void {
  console.log(`\n${kleur.bold(title)}`);
}

function say(who: string, what: string): void {
  console.log(`  ${kleur.cyan(who.padEnd(11))} ${what}`);
}

function idsOf(records: readonly ConsumedRecord[]): string {
  const ids = records.map(({ value }) => (value as { id: number }).id);
  return ids.length === 0 ? "nothing" : ids.join(", ");
}

/** Where a group stands: what it has committed, out of what there is. */
function showOffset(group: string, total: number): void {
  const file = join(folder, `${group}@orders-0.json`);
  const offset = existing(file) ? JSON.parse(readFileSync(file, "utf8")).offset : 0;
  const bar = "▓".repeat(offset) + kleur.dim("░".repeat(total - offset));
  say(group, `${bar} offset ${offset}, ${total - offset} behind`);
}

function existing(file: string): boolean {
  return readdirSync(folder).includes(basename(file));
}

chapter("A topic is a file, a record is a line");
// #region send
const producer = new Producer({ folder, clock });

const sent = await producer.send("orders", { id: 15 });
// #endregion
say("producer", `order 15 stands at ${JSON.stringify(sent)}`);
for (let id = 16; id <= 20; id++) await producer.send("orders", { id });
const lines = readFileSync(join(folder, "orders-0.log"), "utf8").trimEnd().split("\n");
for (const line of lines.slice(0, 2)) console.log(kleur.dim(`              ${line}`));
console.log(kleur.dim(`              … ${lines.length} lines in all`));

chapter("Two groups read it, each at its own pace");
// #region poll
const billing = new Consumer({ folder, group: "billing", id: "billing-1" });
billing.subscribe("orders");

const records = await billing.poll();
say("billing", `polls: ${idsOf(records)}`);
const nothing = await billing.poll();
say("billing", `polls: ${idsOf(nothing)}`);
// #endregion
const mail = new Consumer({ folder, group: "mail", id: "mail-1" });
mail.subscribe("orders");
say("mail", `is slow, and polls one: ${idsOf(await mail.poll(1))}`);

chapter("Half a line is not a record: the writer died, and the next one repairs");
appendFileSync(join(folder, "orders-0.log"), '{"offset":6,"time":17698');
say("billing", `polls: ${idsOf(await billing.poll())}`);
const end = new FileLog(join(folder, "orders-0.log")).end();
say("log", `ends at offset ${end.offset}, byte ${end.position}`);
// #region repair
const restarted = new Producer({
  folder,
  clock,
  onRepair: ({ file, line, bytes }) =>
    say("producer", `${basename(file)}, line ${line}: cut off ${bytes} bytes`),
});
const next = await restarted.send("orders", { id: 21 });
// #endregion
say("producer", `order 21 stands at offset ${next.offset}`);

chapter("A commit is a place that survives the process");
await billing.poll();
await billing.commit();
await mail.commit();
showOffset("billing", 7);
showOffset("mail", 7);

chapter("A crash between the work and the commit: at least once");
// #region at-least-once
const worker = new Consumer({ folder, group: "mail", id: "mail-1" });
worker.subscribe("orders");
for (const { value } of await worker.poll(2)) {
  say("mail", `sends the email of order ${(value as { id: number }).id}`);
}
// The process dies here: worker.commit() is never called.
// #endregion
say("mail", kleur.red("dies before it commits, and is started again"));
const again = new Consumer({ folder, group: "mail", id: "mail-1" });
again.subscribe("orders");
say("mail", `sends the emails of ${idsOf(await again.poll(2))}, for the second time`);
await again.commit();
showOffset("mail", 7);

chapter("A crash between the commit and the work: at most once");
// #region at-most-once
const hasty = new Consumer({ folder, group: "text", id: "text-1", autoCommit: true });
hasty.subscribe("orders");
const lost = await hasty.poll(2);
// The process dies here: the offset is committed, and nothing is sent.
// #endregion
say("text", kleur.red(`dies with ${idsOf(lost)} in hand, and is started again`));
const later = new Consumer({ folder, group: "text", id: "text-1", autoCommit: true });
later.subscribe("orders");
say("text", `sends ${idsOf(await later.poll())}: nobody ever hears of ${idsOf(lost)}`);

chapter("Reading does not use anything up: replay");
// #region replay
await billing.seek("orders", "beginning");
say("billing", `from the beginning: ${idsOf(await billing.poll())}`);

await billing.seek("orders", { time: Date.UTC(2026, 0, 31, 10, 0) });
say("billing", `since ten o'clock: ${idsOf(await billing.poll())}`);
// #endregion

chapter("Three partitions, and a group that shares them");
say("producer", `the key ann leads to partition ${partitionOf("ann", 3)}`);
// #region partitions
createTopic(folder, "parcels", 3);

for (const [id, key] of ["ann", "taras", "ann"].entries()) {
  showSent(`parcel ${id} of ${key}`, await producer.send("parcels", { id }, { key }));
}
for (const id of [3, 4, 5]) {
  showSent(`parcel ${id}, no key`, await producer.send("parcels", { id }));
}
// #endregion
const vans = ["van-1", "van-2"];
say("drivers", `van-1 is to take partitions ${share(3, vans, "van-1").join(" and ")}`);
// #region group
const first = new Consumer({ folder, group: "drivers", id: "van-1" });
const second = new Consumer({ folder, group: "drivers", id: "van-2" });
first.subscribe("parcels");
second.subscribe("parcels");

say("van-1", `takes ${placesOf(await first.poll())}, and commits`);
await first.commit();
say("van-2", `takes ${placesOf(await second.poll())}, and breaks down`);
await second.close();
say("van-1", `takes ${placesOf(await first.poll())} over`);
// #endregion

function showSent(parcel: string, { partition, offset }: Sent): void {
  say("producer", `${parcel.padEnd(17)} → partition ${partition}, offset ${offset}`);
}

function placesOf(records: readonly ConsumedRecord[]): string {
  const places = records.map(({ partition, offset }) => `${partition}/${offset}`);
  return places.length === 0 ? "nothing" : places.join(" ");
}
