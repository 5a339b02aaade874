import assert from "node:assert/strict";
import { appendFileSync, statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { collectGarbage, usesFiles } from "#any-day";
import { readEvents } from "#lesson/05-event-replay/event-log.ts";
import { linesOf, logPath, order } from "./desk.ts";
import { fileDays } from "./file-day.ts";

const many = Array.from({ length: 20_000 }, (_, at) =>
  order(at + 1, `${"чай".repeat(60)}${at}`),
);

test("step 4 · a long log comes in many pieces, and each says how many bytes have been read", async () => {
  const path = logPath();
  const text = linesOf(many);
  writeFileSync(path, text);
  let [lines, wrong, last, due, pieces] = [0, 0, 0, 0, 0];
  const taken: number[] = [];
  const before = memoryInUse();
  for await (const { events: some, bytes } of readEvents(path)) {
    due += Buffer.byteLength(linesOf(many.slice(lines, lines + some.length)));
    lines += some.length;
    // It may have read one piece more than these lines.
    if (bytes < Math.max(due, last) || bytes > due + text.length / 4) wrong += 1;
    last = bytes;
    pieces += 1;
    if (lines > some.length && lines < many.length) continue;
    // Who is slow to ask for the next piece does not get all of them.
    for (let turn = 0; turn < 300 && usesFiles(); turn++) await setTimeout(1);
    taken.push(memoryInUse() - before);
  }
  const size = Buffer.byteLength(text);
  const inPieces = Math.max(...taken) < 0.75 * size;
  writeFileSync(path, linesOf(many.slice(0, lines / 4)));
  for await (const _ of readEvents(path)) pieces -= 1;
  assert.deepEqual(
    { lines, "in pieces": inPieces && pieces > 0, "wrong bytes": wrong, last },
    { lines: 20_000, "in pieces": true, "wrong bytes": 0, last: size },
  );
});

function memoryInUse(): number {
  // Twice: what the first finds may leave more behind.
  for (let time = 1; time <= 2; time++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test("step 4 · reading ends where the file ended when it began", async () => {
  const path = logPath();
  writeFileSync(path, linesOf(many));
  const { size } = statSync(path);
  const seen = { count: 0, torn: "", bytes: 0 };
  for await (const { events, torn = "", bytes } of readEvents(path)) {
    if (seen.count === 0) appendFileSync(path, linesOf(many.slice(0, 1_000)));
    seen.count += events.length;
    seen.torn += torn;
    seen.bytes = bytes;
  }
  assert.deepEqual(seen, { count: 20_000, torn: "", bytes: size });
});

test("step 4 · a line of 32 MB takes about eight times as long as one of 4 MB", async () => {
  const path = logPath();
  const seconds = async (megabytes: number) => {
    const long = order(2, "tea ".repeat(megabytes * 250_000));
    writeFileSync(path, linesOf([order(1), long, order(3)]));
    const before = process.cpuUsage();
    let count = 0;
    for await (const { events } of readEvents(path)) count += events.length;
    assert.deepEqual({ count }, { count: 3 });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const times = [await seconds(4), await seconds(32)] as const;
  // To look at all of it again at each piece takes 64 times as long. Next to nothing is noise.
  const isLinear = times[1] < 20 * times[0] + 0.3;
  assert.deepEqual({ isLinear: isLinear || times }, { isLinear: true });
});

fileDays(4, "alphabets", "read", "blank");
