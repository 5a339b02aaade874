import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { Entry } from "#bus/partition-log";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { emptyFolder, noting, outcome } from "./desk.ts";

test("step 1 · `send` returns the topic, partition 0 and the next offset of this topic", async (t) => {
  const producer = new Producer({ folder: emptyFolder(t) });
  const send = async (name: string) => {
    const { topic, partition, offset } = await producer.send(name, { id: 15 });
    return { topic, partition, offset };
  };
  const first = await send("orders");
  const second = await send("orders");
  const payment = await send("payments");
  assert.deepEqual(
    { first, second, payment },
    {
      first: { topic: "orders", partition: 0, offset: 0 },
      second: { topic: "orders", partition: 0, offset: 1 },
      payment: { topic: "payments", partition: 0, offset: 0 },
    },
  );
});

test("step 1 · a record is one line of JSON: offset, time, key and value, in this order", async (t) => {
  const folder = emptyFolder(t);
  let now = 0;
  const producer = new Producer({ folder, clock: () => now });
  await producer.send("orders", { id: 15 });
  now = 1;
  await producer.send("orders", "two\nlines, ☕ and кава");
  const text = readFileSync(join(folder, "orders-0.log"), "utf8");
  const lines = [
    '{"offset":0,"time":0,"value":{"id":15}}',
    '{"offset":1,"time":1,"value":"two\\nlines, ☕ and кава"}',
    "",
  ];
  assert.deepEqual({ lines: text.split("\n") }, { lines });
});

test("step 1 · `append` numbers several entries at once and returns their records", async (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  const log = new FileLog(path);
  const tea = { time: 0, value: "tea" };
  const list = [tea, { value: null, key: "ann", time: 2 }];
  const records = await log.append(list);
  records.push(...(await log.append([])));
  records.push(...(await log.append(list)));
  const lines = [
    '{"offset":0,"time":0,"value":"tea"}',
    '{"offset":1,"time":2,"key":"ann","value":null}',
    '{"offset":2,"time":0,"value":"tea"}',
    '{"offset":3,"time":2,"key":"ann","value":null}',
  ];
  const file = readFileSync(path, "utf8").trimEnd().split("\n");
  const returned = records.map(({ offset, time, key, value }) =>
    JSON.stringify({ offset, time, key, value }),
  );
  assert.deepEqual({ returned, file }, { returned: lines, file: lines });
});

test("step 1 · what JSON cannot write uses up no offset and leaves no trace; where `append` fails, `send` does", async (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  const log = new FileLog(path);
  const tea = { time: 1, value: "tea" };
  const refused = await outcome(() => log.append([tea, { time: 1, value: 1n }]));
  const trace = existsSync(path);
  const offset = (await log.append([tea]))[0]?.offset;
  assert.deepEqual(
    { refused, trace, offset },
    { refused: "TypeError", trace: false, offset: 0 },
  );
  let calls = 0;
  const append = (entries: Entry[]) => {
    if (calls++ === 0) throw new RangeError("the disk is full");
    return entries.map((entry) => ({ ...entry, offset: 4711 }));
  };
  const opened: string[] = [];
  const openLog = (path: string) => Object.assign(noting(opened)(path), { append });
  const producer = new Producer({ folder: dirname(path), openLog });
  const send = await outcome(producer.send("orders", "tea"));
  const second = (await producer.send("orders", "tea")).offset;
  const wanted = { send: "RangeError", second: 4711, opened: ["orders-0.log"] };
  assert.deepEqual({ send, second, opened }, wanted);
});

test("step 1 · a producer makes its folder and opens each log once, with `openLog`", async (t) => {
  const folder = join(emptyFolder(t), "shop", "log");
  const opened: string[] = [];
  const producer = new Producer({ folder, openLog: noting(opened) });
  // A topic of two partitions, for those who know of them.
  for (const at of [0, 1]) appendFileSync(join(folder, `payments-${at}.log`), "");
  const names = ["orders", "payments", "payments", "orders", "payments"];
  const sent = await Promise.all(names.map((name) => producer.send(name, 15)));
  const offsets = sent
    .filter(({ topic }) => topic === "orders")
    .map(({ offset }) => offset);
  const first = opened.filter((name) => name.endsWith("-0.log"));
  assert.deepEqual(
    { offsets: offsets.sort(), first },
    { offsets: [0, 1], first: ["orders-0.log", "payments-0.log"] },
  );
});
