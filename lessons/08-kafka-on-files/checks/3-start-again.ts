import assert from "node:assert/strict";
import {
  appendFileSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Repair } from "#bus/partition-log";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { consumerOf, emptyFolder, idsOf, sendOrders } from "./desk.ts";

test("step 3 · `end` counts whole records, and bytes rather than characters", async (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  const empty = new FileLog(path).end();
  const log = new FileLog(path);
  await log.append([{ time: 1, value: "Київ" }]);
  const first = statSync(path).size;
  await log.append([{ time: 2, value: "кава 🍵" }]);
  const position = statSync(path).size;
  appendFileSync(path, '{"offset":2,"value":"ча');
  assert.deepEqual(
    { empty, "for its writer": log.end(), "for another": new FileLog(path).end() },
    {
      empty: { offset: 0, position: 0 },
      "for its writer": { offset: 2, position },
      "for another": { offset: 2, position },
    },
  );
  truncateSync(path, first);
  const cut = log.end();
  assert.deepEqual(
    { "after a record is cut off": cut },
    { "after a record is cut off": { offset: 1, position: first } },
  );
});

test("step 3 · a producer that starts again goes on with the next offset", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const { offset } = await new Producer({ folder }).send("orders", { id: 4 });
  assert.deepEqual({ offset }, { offset: 3 });
});

test("step 3 · two producers in one process take the offsets in turn", async (t) => {
  const folder = emptyFolder(t);
  const producers = [new Producer({ folder }), new Producer({ folder })];
  const offsets: number[] = [];
  for (let turn = 0; turn < 3; turn++)
    for (const producer of producers)
      offsets.push((await producer.send("orders", "чай")).offset);
  assert.deepEqual({ offsets }, { offsets: [0, 1, 2, 3, 4, 5] });
});

test("step 3 · `append` cuts off a half line and tells `onRepair` the file, the line and the bytes", async (t) => {
  for (const count of [2, 0]) {
    const folder = emptyFolder(t);
    await sendOrders(folder, count);
    const file = join(folder, "orders-0.log");
    const half = `{"offset":${count},"value":"ча`;
    appendFileSync(file, half);
    const repairs: Repair[] = [];
    const onRepair = (repair: Repair) => repairs.push(repair);
    const producer = new Producer({ folder, onRepair });
    const sent = [await producer.send("orders", { id: "new" })];
    appendFileSync(file, half);
    sent.push(await producer.send("orders", { id: "newer" }));
    assert.deepEqual(
      { repairs, offsets: sent.map(({ offset }) => offset) },
      {
        repairs: [count + 1, count + 2].map((line) => {
          return { file, line, bytes: Buffer.byteLength(half) };
        }),
        offsets: [count, count + 1],
      },
    );
    const polled = idsOf(await consumerOf({ folder, group: "billing" }).poll());
    assert.deepEqual({ polled }, { polled: [...[1, 2].slice(0, count), "new", "newer"] });
  }
});

test("step 3 · wherever a crash cuts the file, whole records stay and the next one follows", async (t) => {
  const folder = emptyFolder(t);
  const file = join(folder, "orders-0.log");
  await sendOrders(folder, 3);
  const bytes = readFileSync(file);
  // A producer that keeps onRepair to itself would write a line for every byte.
  t.mock.method(console, "error", () => {});
  const wrong: string[] = [];
  for (let size = bytes.length; size > 0; size--) {
    writeFileSync(file, bytes);
    truncateSync(file, size);
    const whole = bytes.subarray(0, size).toString().split("\n").length - 1;
    const producer = new Producer({ folder, onRepair: () => {} });
    const { offset } = await producer.send("orders", { id: "new" });
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    if (offset !== whole || lines.length !== whole + 1)
      wrong.push(`cut at byte ${size}: offset ${offset}, ${lines.length} lines`);
  }
  assert.deepEqual({ wrong }, { wrong: [] });
});

test("step 3 · without `onRepair`, a repair is one line on stderr that names the file", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 1);
  appendFileSync(join(folder, "orders-0.log"), '{"off');
  const lines: string[] = [];
  t.mock.method(console, "error", (...parts: unknown[]) => lines.push(parts.join(" ")));
  await new Producer({ folder }).send("orders", { id: 2 });
  const named = lines.filter((line) => line.includes("orders-0.log"));
  assert.deepEqual(
    { lines: lines.length, "that name the file": named.length },
    { lines: 1, "that name the file": 1 },
  );
});

test("step 3 · a reader and `end` leave a half line alone: somebody may be writing it", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 1);
  const file = join(folder, "orders-0.log");
  appendFileSync(file, '{"offset":1');
  const before = readFileSync(file, "utf8");
  new FileLog(file).end();
  const consumer = consumerOf({ folder, group: "billing" });
  await consumer.poll();
  await consumer.poll();
  assert.deepEqual({ file: readFileSync(file, "utf8") }, { file: before });
});
