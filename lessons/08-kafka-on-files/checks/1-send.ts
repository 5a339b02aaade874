import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { emptyFolder, noting, outcome } from "./desk.ts";

test("step 1 · `send` returns the topic, partition 0 and the next offset of this topic", async (t) => {
  const producer = new Producer({ folder: emptyFolder(t) });
  const first = await producer.send("orders", { id: 15 });
  const second = await producer.send("orders", { id: 16 });
  const payment = await producer.send("payments", { id: 15 });
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
  const producer = new Producer({ folder, clock: () => now++ });
  await producer.send("orders", { id: 15 });
  await producer.send("orders", "two\nlines, ☕ and кава");
  const linesOf = (file: string) => readFileSync(join(folder, file), "utf8").split("\n");
  const parcels = new FileLog(join(folder, "parcels-0.log"));
  await parcels.append([{ value: "tea", key: "ann", time: 2 }]);
  assert.deepEqual(
    { sent: linesOf("orders-0.log"), appended: linesOf("parcels-0.log") },
    {
      sent: [
        '{"offset":0,"time":0,"value":{"id":15}}',
        '{"offset":1,"time":1,"value":"two\\nlines, ☕ and кава"}',
        "",
      ],
      appended: ['{"offset":0,"time":2,"key":"ann","value":"tea"}', ""],
    },
  );
});

test("step 1 · `append` numbers several entries at once and returns their records", async (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  const log = new FileLog(path);
  const records = await log.append([
    { time: 0, value: "tea" },
    { time: 2, key: "ann", value: null },
  ]);
  records.push(...(await log.append([])));
  records.push(...(await log.append([{ time: 3, value: "cake" }])));
  const lines = [
    '{"offset":0,"time":0,"value":"tea"}',
    '{"offset":1,"time":2,"key":"ann","value":null}',
    '{"offset":2,"time":3,"value":"cake"}',
  ];
  const file = readFileSync(path, "utf8").trimEnd().split("\n");
  const returned = records.map(({ offset, time, key, value }) =>
    JSON.stringify({ offset, time, key, value }),
  );
  assert.deepEqual({ returned, file }, { returned: lines, file: lines });
});

test("step 1 · an `append` that is refused uses up no offset, leaves no trace, and fails its `send`", async (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  const log = new FileLog(path);
  const tea = { time: 1, value: "tea" };
  const refused = await outcome(() => log.append([tea, { time: 1, value: 1n }]));
  // What is a folder cannot be written to.
  mkdirSync(path);
  await outcome(() => log.append([tea]));
  rmdirSync(path);
  const [record] = await log.append([tea]);
  const lines = readFileSync(path, "utf8").split("\n").length - 1;
  const append = async () => {
    throw new RangeError("the disk is full");
  };
  const openLog = () => Object.assign(new FileLog(path), { append });
  const producer = new Producer({ folder: dirname(path), openLog });
  const send = await outcome(() => producer.send("orders", "tea"));
  assert.deepEqual(
    { refused, "the next offset": record?.offset, lines, send },
    { refused: "TypeError", "the next offset": 0, lines: 1, send: "RangeError" },
  );
});

test("step 1 · a producer makes its folder and opens each log once, with `openLog`", async (t) => {
  const folder = join(emptyFolder(t), "shop", "log");
  const opened: string[] = [];
  const producer = new Producer({ folder, openLog: noting(opened) });
  const both = [15, 16].map((id) => producer.send("orders", { id }));
  const offsets = (await Promise.all(both)).map(({ offset }) => offset).sort();
  assert.deepEqual({ opened, offsets }, { opened: ["orders-0.log"], offsets: [0, 1] });
});
