import assert from "node:assert/strict";
import { appendFileSync, closeSync, openSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { anyDay } from "./any-day.ts";
import { consumerOf, drain, emptyFolder, idsOf, noting, sendOrders } from "./desk.ts";

test("step 2 · `poll(2)` gives two records at most, and the next poll goes on behind them", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  const values = ["2026-01-31T10:00:00.000Z", "Müller", "Київ", "two\u2028lines", "🍵🍵"];
  for (const value of values) await producer.send("orders", value);
  const consumer = consumerOf({ folder, group: "billing" });
  const polls: unknown[][] = [];
  do polls.push(idsOf(await consumer.poll(2)));
  while (polls.at(-1)?.length !== 0);
  const tooMany = polls.filter(({ length }) => length > 2);
  assert.deepEqual({ polls: polls.flat(), tooMany }, { polls: values, tooMany: [] });
});

test("step 2 · a consumer reads each topic it subscribed to, once, as soon as it is there", async (t) => {
  const folder = join(emptyFolder(t), "not", "there");
  const opened: string[] = [];
  const options = { folder, group: "audit", openLog: noting(opened) };
  const consumer = consumerOf(options, "orders", "payments");
  const producer = new Producer({ folder });
  const found = idsOf(await consumer.poll());
  await producer.send("orders-2026", "nobody asked for it");
  for (const value of ["tea", "cake", "coffee"]) {
    await producer.send("orders", value);
    if (value === "cake") await producer.send("payments", "paid");
    consumer.subscribe("orders");
    // However much comes in the one, the other has its turn.
    found.push(...idsOf(await consumer.poll(1)));
  }
  const seen = { "a topic beside a busy one has its turn": found.includes("paid") };
  found.push(...idsOf(await drain(consumer)));
  const files = [...new Set(opened)].sort();
  assert.deepEqual(
    { ...seen, found: found.sort(), files },
    {
      "a topic beside a busy one has its turn": true,
      found: ["cake", "coffee", "paid", "tea"],
      files: ["orders-0.log", "payments-0.log"],
    },
  );
});

test("step 2 · a half line, however long, is not a record until its line break is there", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 1);
  const consumer = consumerOf({ folder, group: "billing" });
  const file = join(folder, "orders-0.log");
  const half = `ue":{"id":2,"text":"${"чай".repeat(400_000)}`;
  const polls: unknown[] = [];
  for (const part of ['{"offset":1,"time":5,"val', half, '"}}', "\n"]) {
    appendFileSync(file, part);
    polls.push(idsOf(await consumer.poll()));
  }
  const title = "polls: half a line, 2 MB more, all but the line break, it";
  assert.deepEqual({ [title]: polls }, { [title]: [[1], [], [], [2]] });
});

test("step 2 · `read` looks only at what is new", async (t) => {
  const folder = emptyFolder(t);
  const path = join(folder, "orders-0.log");
  const log = new FileLog(path);
  const seen: Record<string, unknown> = {};
  const many = Array.from({ length: 10_000 }, (_, value) => ({ time: 2, value }));
  await log.append(many);
  const consumer = consumerOf({ folder, group: "billing" });
  const found = idsOf(await drain(consumer));
  seen["10,000 records in order"] = found.every((value, index) => value === index);
  const file = openSync(path, "r+");
  writeSync(file, "\n\n\n~~~", 0);
  closeSync(file);
  await log.append([{ time: 3, value: "new" }]);
  // Some programs put spaces into JSON.
  appendFileSync(path, '{"offset": 10001, "time": 0, "value": "wide"}\n');
  appendFileSync(path, '{"offset":10002,"time":0,"value":"last"}\n');
  const polls = [await consumer.poll(1), await consumer.poll(1), await consumer.poll(1)];
  seen["behind garbage"] = idsOf(polls.flat());
  const far = { offset: 10_003, position: 2 ** 27 };
  truncateSync(path, far.position - 1);
  appendFileSync(path, '\n{"offset":10003,"time":0,"value":"far"}\n');
  const before = process.resourceUsage().maxRSS;
  seen["behind 128 MB"] = idsOf(log.read(far, 1).records);
  const megabytes = Math.round((process.resourceUsage().maxRSS - before) / 1024);
  seen["memory for that"] = megabytes < 64 ? "little" : `${megabytes} MB`;
  assert.deepEqual(seen, {
    "10,000 records in order": true,
    "behind garbage": ["new", "wide", "last"],
    "behind 128 MB": ["far"],
    "memory for that": "little",
  });
});

test("step 2 · two polls at the same time give each record once", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const consumer = consumerOf({ folder, group: "billing", autoCommit: true });
  const both = (await Promise.all([consumer.poll(), consumer.poll()])).flat();
  both.push(...(await drain(consumer)));
  assert.deepEqual({ together: idsOf(both).sort() }, { together: [1, 2, 3] });
});

anyDay(2, "poll");
