import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { emptyFolder, noting, outcome } from "./desk.ts";

test("step 1 · `send` returns the topic, partition 0 and the next offset", async (t) => {
  const producer = new Producer({ folder: emptyFolder(t) });
  const first = await producer.send("orders", { id: 15 });
  const second = await producer.send("orders", { id: 16 });
  assert.deepEqual(
    { first, second },
    {
      first: { topic: "orders", partition: 0, offset: 0 },
      second: { topic: "orders", partition: 0, offset: 1 },
    },
  );
});

test("step 1 · a record is one line of JSON: offset, time, key and value, in this order", async (t) => {
  const folder = emptyFolder(t);
  let now = 1_767_225_600_000;
  const producer = new Producer({ folder, clock: () => now++ });
  await producer.send("orders", { id: 15 });
  await producer.send("orders", "two\nlines, ☕ and кава");
  const log = new FileLog(join(folder, "parcels-0.log"));
  await log.append([{ value: "tea", key: "ann", time: 7 }]);
  await log.append([{ value: null, time: 8 }]);
  const read = (name: string) => readFileSync(join(folder, name), "utf8").split("\n");
  assert.deepEqual(
    { orders: read("orders-0.log"), parcels: read("parcels-0.log") },
    {
      orders: [
        '{"offset":0,"time":1767225600000,"value":{"id":15}}',
        '{"offset":1,"time":1767225600001,"value":"two\\nlines, ☕ and кава"}',
        "",
      ],
      parcels: [
        '{"offset":0,"time":7,"key":"ann","value":"tea"}',
        '{"offset":1,"time":8,"value":null}',
        "",
      ],
    },
  );
});

test("step 1 · each topic has a file and offsets of its own", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  await producer.send("orders", { id: 15 });
  const { offset } = await producer.send("payments", { id: 15 });
  assert.deepEqual(
    { "offset of the payment": offset, files: readdirSync(folder).sort() },
    { "offset of the payment": 0, files: ["orders-0.log", "payments-0.log"] },
  );
});

test("step 1 · `append` numbers several entries at once and returns their records", async (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  const log = new FileLog(path);
  const records = await log.append([
    { time: 1, value: "tea" },
    { time: 2, key: "ann", value: "кава" },
  ]);
  const none = await log.append([]);
  const more = await log.append([{ time: 3, value: "cake" }]);
  assert.deepEqual(
    [...records, ...more].map((one) => [one.offset, one.time, one.key, one.value]),
    [
      [0, 1, undefined, "tea"],
      [1, 2, "ann", "кава"],
      [2, 3, undefined, "cake"],
    ],
  );
  const lines = readFileSync(path, "utf8").split("\n").length - 1;
  assert.deepEqual({ "of no entries": none, lines }, { "of no entries": [], lines: 3 });
});

test("step 1 · a hundred sends at the same time get a hundred offsets", async (t) => {
  const producer = new Producer({ folder: emptyFolder(t) });
  const sent = await Promise.all(
    Array.from({ length: 100 }, (_, id) => producer.send("orders", { id })),
  );
  assert.deepEqual(
    sent.map(({ offset }) => offset).sort((one, other) => one - other),
    [...Array(100).keys()],
  );
});

test("step 1 · an `append` that is refused uses up no offset and leaves no trace", async (t) => {
  const folder = join(emptyFolder(t), "not-there-yet");
  const log = new FileLog(join(folder, "orders-0.log"));
  const tea = { time: 1, value: "tea" };
  const found = {
    "without its folder": await outcome(() => log.append([tea, tea])),
    "of a value that JSON refuses": await outcome(() =>
      log.append([tea, { time: 1, value: 1n }]),
    ),
  };
  mkdirSync(folder);
  const [record] = await log.append([tea]);
  const text = readFileSync(join(folder, "orders-0.log"), "utf8");
  assert.deepEqual(
    { ...found, "the next offset": record?.offset, lines: text.split("\n").length - 1 },
    {
      "without its folder": "Error",
      "of a value that JSON refuses": "TypeError",
      "the next offset": 0,
      lines: 1,
    },
  );
});

test("step 1 · a producer makes its folder and opens each log once, with `openLog`", async (t) => {
  const folder = join(emptyFolder(t), "shop", "log");
  const opened: string[] = [];
  const producer = new Producer({ folder, openLog: noting(opened) });
  await producer.send("orders", { id: 15 });
  const { offset } = await producer.send("orders", { id: 16 });
  assert.deepEqual({ opened, offset }, { opened: ["orders-0.log"], offset: 1 });
});
