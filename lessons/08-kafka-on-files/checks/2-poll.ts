import assert from "node:assert/strict";
import {
  appendFileSync,
  closeSync,
  openSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Consumer } from "#lesson/08-kafka-on-files/consumer.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import {
  consumerOf,
  drain,
  emptyFolder,
  idsOf,
  noting,
  outcome,
  sendOrders,
} from "./desk.ts";

test("step 2 · `poll` gives the new records, each once, with topic, partition, offset and time", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder, clock: () => 7 });
  await producer.send("orders", { id: 15 });
  const consumer = consumerOf({ folder, group: "billing" });
  const [record] = await consumer.poll();
  const { topic, partition, offset, time, value } = record ?? {};
  assert.deepEqual(
    { topic, partition, offset, time, value },
    { topic: "orders", partition: 0, offset: 0, time: 7, value: { id: 15 } },
  );
  const nothingNew = idsOf(await consumer.poll());
  await producer.send("orders", { id: 16 });
  const afterAnother = idsOf(await consumer.poll());
  assert.deepEqual({ nothingNew, afterAnother }, { nothingNew: [], afterAnother: [16] });
});

test("step 2 · `poll(2)` gives two records at most, and the next poll goes on behind them", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 5);
  const consumer = consumerOf({ folder, group: "billing" });
  const polls: unknown[][] = [];
  for (let turn = 0; turn < 4; turn++) polls.push(idsOf(await consumer.poll(2)));
  assert.deepEqual({ polls }, { polls: [[1, 2], [3, 4], [5], []] });
});

test("step 2 · a half line, however long, is not a record until its line break is there", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 1);
  const consumer = consumerOf({ folder, group: "billing" });
  const file = join(folder, "orders-0.log");
  const found: Record<string, unknown> = {};
  const parts = {
    "half a line": '{"offset":1,"time":5,"val',
    "a half line of 200 KB": `ue":{"id":2,"text":"${"чай".repeat(40_000)}`,
    "all but the line break": '"}}',
    "the line break": "\n",
  };
  for (const [name, part] of Object.entries(parts)) {
    appendFileSync(file, part);
    found[name] = idsOf(await consumer.poll());
  }
  assert.deepEqual(found, {
    "half a line": [1],
    "a half line of 200 KB": [],
    "all but the line break": [],
    "the line break": [2],
  });
});

test("step 2 · characters of two, three and four bytes shift nothing", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  const values = ["Müller", "Київ", "☕", "🍵🍵", "plain"];
  for (const value of values) await producer.send("orders", value);
  const consumer = consumerOf({ folder, group: "billing" });
  const heard: unknown[] = [];
  for (const _ of values) heard.push(...idsOf(await consumer.poll(1)));
  assert.deepEqual({ heard }, { heard: values });
});

test("step 2 · a long record and ten thousand short ones arrive whole", async (t) => {
  const folder = emptyFolder(t);
  const log = new FileLog(join(folder, "orders-0.log"));
  const long = "tea ".repeat(128 * 1024);
  await log.append([{ time: 1, value: long }]);
  await log.append(Array.from({ length: 10_000 }, (_, value) => ({ time: 2, value })));
  const consumer = consumerOf({ folder, group: "billing" });
  const [first, ...others] = idsOf(await drain(consumer));
  assert.deepEqual(
    {
      "the long record is whole": first === long,
      "short records": others.length,
      "in order": others.every((value, index) => value === index),
    },
    { "the long record is whole": true, "short records": 10_000, "in order": true },
  );
});

test("step 2 · `read` looks only at what is new, and says which place follows", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sendOrders(folder, 3);
  const consumer = consumerOf({ folder, group: "billing" });
  await consumer.poll();
  const file = openSync(join(folder, "orders-0.log"), "r+");
  writeSync(file, "\n\n\n~~~", 0);
  closeSync(file);
  await producer.send("orders", { id: 4 });
  const behindGarbage = idsOf(await consumer.poll());

  // Most of it is a hole, which takes no room on the disk.
  const path = join(folder, "parcels-0.log");
  const position = 3e9;
  writeFileSync(path, "");
  truncateSync(path, position);
  const line = '{"offset":7,"time":1,"value":"чай"}\n';
  appendFileSync(path, line);
  const { records, next } = new FileLog(path).read({ offset: 7, position }, 500);
  assert.deepEqual(
    { behindGarbage, behind3Gigabytes: idsOf(records), next },
    {
      behindGarbage: [4],
      behind3Gigabytes: ["чай"],
      next: { offset: 8, position: position + Buffer.byteLength(line) },
    },
  );
});

test("step 2 · a consumer reads each topic it subscribed to, once, as soon as it is there", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  const opened: string[] = [];
  const consumer = consumerOf({ folder, group: "audit", openLog: noting(opened) });
  consumer.subscribe("payments");
  const before = idsOf(await consumer.poll());
  const names = ["orders", "payments", "parcels"];
  for (const topic of names) await producer.send(topic, `of ${topic}`);
  const after = idsOf(await consumer.poll()).sort();
  consumer.subscribe("orders");
  const subscribedAgain = idsOf(await consumer.poll());
  const without = await outcome(() => new Consumer({ folder, group: "audit" }).poll());
  assert.deepEqual(
    {
      before,
      after,
      subscribedAgain,
      opened: [...new Set(opened)].sort(),
      "a poll without a subscription": without === "accepted" ? without : "refused",
    },
    {
      before: [],
      after: ["of orders", "of payments"],
      subscribedAgain: [],
      opened: ["orders-0.log", "payments-0.log"],
      "a poll without a subscription": "refused",
    },
  );
});

test("step 2 · two polls at the same time give each record once", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const consumer = consumerOf({ folder, group: "billing" });
  const both = await Promise.all([consumer.poll(), consumer.poll()]);
  assert.deepEqual({ together: idsOf(both.flat()).sort() }, { together: [1, 2, 3] });
});
