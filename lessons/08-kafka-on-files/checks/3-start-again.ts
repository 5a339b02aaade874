import assert from "node:assert/strict";
import { appendFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { anyDay } from "./any-day.ts";
import { emptyFolder } from "./desk.ts";

test("step 3 · `end` counts whole records, and bytes rather than characters, and leaves a half line alone", async (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  const log = new FileLog(path);
  await log.append([{ time: 1, value: "Київ" }]);
  const first = statSync(path).size;
  await log.append([{ time: 2, value: "кава 🍵" }]);
  const position = statSync(path).size;
  appendFileSync(path, '{"offset":2,"value":"ча');
  const size = statSync(path).size;
  const found = {
    "for its writer": log.end(),
    "for another": new FileLog(path).end(),
    "bytes cut off": size - statSync(path).size,
  };
  truncateSync(path, first);
  const cut = log.end();
  truncateSync(path, 0);
  assert.deepEqual(
    { ...found, "after a record is cut off": cut, "of an empty file": log.end() },
    {
      "for its writer": { offset: 2, position },
      "for another": { offset: 2, position },
      "bytes cut off": 0,
      "after a record is cut off": { offset: 1, position: first },
      "of an empty file": { offset: 0, position: 0 },
    },
  );
});

test("step 3 · a producer that starts again, or beside another one, takes the next offset", async (t) => {
  const folder = emptyFolder(t);
  const producers = [new Producer({ folder }), new Producer({ folder })];
  const offsets: number[] = [];
  for (const producer of [...producers, ...producers, new Producer({ folder })])
    offsets.push((await producer.send("orders", "чай")).offset);
  assert.deepEqual({ offsets }, { offsets: [0, 1, 2, 3, 4] });
});

test("step 3 · without `onRepair`, a repair is one line on stderr that names the file", async (t) => {
  const folder = emptyFolder(t);
  const lines: string[] = [];
  t.mock.method(console, "error", (...parts: unknown[]) => lines.push(parts.join(" ")));
  for (const how of [{ onRepair: () => {} }, {}]) {
    appendFileSync(join(folder, "orders-0.log"), '{"off');
    await new Producer({ folder, ...how }).send("orders", { id: 1 });
  }
  const named = lines.map((line) => line.includes("orders-0.log"));
  assert.deepEqual(
    { "lines that name the file": named },
    { "lines that name the file": [true] },
  );
});

anyDay(3, "repair");
