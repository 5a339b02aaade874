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
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { anyDay } from "./any-day.ts";
import { emptyFolder } from "./desk.ts";

test("step 3 · `end` counts whole records, and bytes rather than characters, and leaves a half line alone", async (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  const log = new FileLog(path);
  const endOf = (one: FileLog) => ({ ...one.end() });
  const ends: Record<string, unknown> = { "of no file": endOf(log) };
  const kava = { time: 1, value: "кава 🍵" };
  await log.append([kava, kava]);
  const position = statSync(path).size;
  const lines = readFileSync(path, "utf8");
  // As many bytes as it has characters are left, and so half of the last line.
  truncateSync(path, lines.length);
  ends["after the last line is halved"] = endOf(log);
  writeFileSync(path, `${lines}{"offset":2,"value":"ча`);
  const { size } = statSync(path);
  ends["for its writer"] = endOf(log);
  ends["for another"] = endOf(new FileLog(path));
  ends["bytes cut off"] = size - statSync(path).size;
  assert.deepEqual(ends, {
    "of no file": { offset: 0, position: 0 },
    "after the last line is halved": { offset: 1, position: position / 2 },
    "for its writer": { offset: 2, position },
    "for another": { offset: 2, position },
    "bytes cut off": 0,
  });
});

test("step 3 · a producer that starts again, or beside another one, takes the next offset", async (t) => {
  const folder = emptyFolder(t);
  const producers = [new Producer({ folder }), new Producer({ folder })];
  const sends = [...producers, ...producers].map((one) => one.send("orders", "чай"));
  await Promise.all(sends);
  const foreign = '{"offset":4,"time":0,"value":"from another process"}\n{"off';
  appendFileSync(join(folder, "orders-0.log"), foreign);
  const onRepair = () => {
    sends.push(again.send("orders", "it was repaired"));
    return sends.at(-1);
  };
  const again = new Producer({ folder, onRepair });
  await again.send("orders", "кава").then((sent) => sends.push(Promise.resolve(sent)));
  const offsets = (await Promise.all(sends)).map(({ offset }) => offset).sort();
  assert.deepEqual(
    { "offsets, with that of a record which onRepair sends": offsets },
    { "offsets, with that of a record which onRepair sends": [0, 1, 2, 3, 5, 6] },
  );
});

test("step 3 · without `onRepair`, a repair is one line on stderr that names the file", async (t) => {
  let written = "";
  t.mock.method(process.stderr, "write", (text: string) => {
    written += text;
    return true;
  });
  for (const onRepair of [() => {}, undefined]) {
    const folder = emptyFolder(t);
    appendFileSync(join(folder, "orders-0.log"), '{"off');
    await new Producer({ folder, ...(onRepair && { onRepair }) }).send("orders", 1);
    const naming = written.split("\n").map((line) => line.includes("orders-0.log"));
    const wanted = onRepair ? [false] : [true, false];
    assert.deepEqual(
      { onRepair, "lines that name the file": naming },
      { onRepair, "lines that name the file": wanted },
    );
  }
});

anyDay(3, "repair");
