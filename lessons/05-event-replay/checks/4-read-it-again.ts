import assert from "node:assert/strict";
import { appendFileSync, closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { test } from "node:test";
import type { BusEvent } from "#bus/contract";
import { readEvents } from "#lesson/05-event-replay/event-log.ts";
import { fieldsOf, idsOf, linesOf, logPath, order, orders, readAll } from "./desk.ts";

test("step 4 · the events come out as they went in, in order", async (t) => {
  const path = logPath(t);
  const read: BusEvent[] = [];
  const note = order(4, "чай\uFEFF 🛒\u2028\r\n"); // U+2028 ends a line in some programs, not in JSON.
  for (const events of [[...orders(3), note], []]) {
    writeFileSync(path, linesOf(events));
    read.length = 0;
    for await (const batch of readEvents(path)) read.push(...batch.events);
    const expected = events.map((event) => ({ ...event, replayed: true }));
    assert.deepEqual(read.map(fieldsOf), expected);
  }
});

test("step 4 · a long log comes in many pieces, and each says how many bytes have been read", async (t) => {
  const path = logPath(t);
  const events = Array.from({ length: 20_000 }, (_, at) => order(at + 1, "чай"));
  const text = linesOf(events);
  writeFileSync(path, text);
  let [lines, longest, tooFew, last, due] = [0, 0, 0, 0, 0];
  for await (const { events: some, bytes } of readEvents(path)) {
    lines += some.length;
    longest = Math.max(longest, some.length);
    due += Buffer.byteLength(linesOf(events.slice(lines - some.length, lines)));
    if (bytes < due || bytes < last) tooFew += 1;
    last = bytes;
  }
  const inPieces = longest < 10_000;
  assert.deepEqual(
    { lines, inPieces, tooFew, last },
    { lines: 20_000, inPieces: true, tooFew: 0, last: Buffer.byteLength(text) },
  );
});

test("step 4 · characters of any alphabet survive the borders between pieces", async (t) => {
  const path = logPath(t);
  const note = "Ґудзик, 茶, 🎁 ".repeat(40);
  writeFileSync(path, linesOf(Array.from({ length: 4_000 }, (_, at) => order(at, note))));
  const seen = { read: 0, damaged: 0 };
  const readOnce = async () => {
    for await (const { events } of readEvents(path)) {
      seen.read += events.length;
      seen.damaged += events.filter(({ data }) => data !== note).length;
    }
  };
  await Promise.all([readOnce(), readOnce()]);
  assert.deepEqual(seen, { read: 8_000, damaged: 0 });
});

test("step 4 · reading ends where the file ended when it began", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(20_000)));
  const seen = { count: 0, torn: "" };
  for await (const { events, torn = "" } of readEvents(path)) {
    if (seen.count === 0) appendFileSync(path, linesOf(orders(1_000)));
    seen.count += events.length;
    seen.torn += torn;
  }
  assert.deepEqual(seen, { count: 20_000, torn: "" });
});

test("step 4 · blank lines, and a byte order mark at the beginning, are skipped", async (t) => {
  const path = logPath(t);
  const [one = "", two = "", three = ""] = orders(3).map((event) => linesOf([event]));
  const texts = {
    "blank lines": `\n${one}\n  \n${two}${three}\n\n`,
    "Windows line ends": `${one}\r\n\r\n${two}${three.replace("\n", "\r\n")}`,
    "a byte order mark": `\uFEFF${one}${two}${three}`,
    "a mark and a blank line": `\uFEFF\r\n${one}${two}${three}`,
  };
  const read: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(path, text);
    const { failure, ids } = await readAll(path);
    read[name] = failure ?? ids;
  }
  const expected = Object.keys(texts).map((name) => [name, idsOf(orders(3))]);
  assert.deepEqual(read, Object.fromEntries(expected));
  writeFileSync(path, "\uFEFF\n \r\n");
  assert.deepEqual(
    { "only blank lines": await readAll(path) },
    { "only blank lines": { ids: [], torn: "", bytes: 7, failure: undefined } },
  );
});

test("step 4 · a line of 32 MB takes about as long for its bytes as short lines do", async (t) => {
  const path = logPath(t);
  const piece = Buffer.alloc(1_000_000, "tea ");
  const file = openSync(path, "w");
  writeSync(
    file,
    `${linesOf([order(1)])}{"id":"order-2","name":"n","timestamp":0,"data":"`,
  );
  for (let count = 0; count < 32; count++) writeSync(file, piece);
  writeSync(file, `"}\n${linesOf([order(3)])}`);
  closeSync(file);
  const before = process.cpuUsage();
  const { ids } = await readAll(path);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  // Linear, it takes a fifth of a second; looking at all of it again at each piece, ten and more.
  assert.deepEqual(
    { ids, "seconds of the processor": seconds < 3 ? "few" : seconds },
    { ids: idsOf(orders(3)), "seconds of the processor": "few" },
  );
});
