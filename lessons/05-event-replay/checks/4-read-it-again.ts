import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { collectGarbage } from "#any-day";
import { readEvents } from "#lesson/05-event-replay/event-log.ts";
import { idsOf, linesOf, logPath, order, orders, readAll, settled } from "./desk.ts";
import { fileDays } from "./file-day.ts";

test("step 4 · a long log comes in many pieces, and each says how many bytes have been read", async (t) => {
  const path = logPath(t);
  const events = Array.from({ length: 20_000 }, (_, at) => order(at + 1, "чай"));
  const text = linesOf(events);
  writeFileSync(path, text);
  let [lines, longest, tooFew, last, due] = [0, 0, 0, 0, 0];
  const read: WeakRef<object>[] = [];
  let kept = 0;
  for await (const { events: some, bytes } of readEvents(path)) {
    lines += some.length;
    longest = Math.max(longest, some.length);
    due += Buffer.byteLength(linesOf(events.slice(lines - some.length, lines)));
    if (bytes < due || bytes < last) tooFew += 1;
    last = bytes;
    // At the end, most of what came before is out of memory.
    if (bytes === Buffer.byteLength(text)) {
      await settled();
      collectGarbage();
      kept = read.filter((one) => one.deref()).length;
    }
    read.push(...some.map((event) => new WeakRef(event)));
  }
  const inPieces = longest < 10_000 && kept < 10_000;
  assert.deepEqual(
    { lines, inPieces, tooFew, last },
    { lines: 20_000, inPieces: true, tooFew: 0, last: Buffer.byteLength(text) },
  );
});

test("step 4 · characters of any alphabet survive the borders between pieces", async (t) => {
  const path = logPath(t);
  const note = "Ґудзик, 茶, 🎁 ".repeat(40);
  writeFileSync(path, linesOf(Array.from({ length: 4_000 }, (_, at) => order(at, note))));
  let read = 0;
  const readOnce = async () => {
    for await (const { events } of readEvents(path)) {
      read += events.length;
      for (const { data } of events)
        if (data !== note) showDifference(String(data), note);
    }
  };
  await Promise.all([readOnce(), readOnce()]);
  assert.deepEqual({ read }, { read: 8_000 });
});

/** Fails with what stands around the first character that differs. */
function showDifference(actual: string, expected: string): void {
  const [is, due] = [[...actual], [...expected]];
  let at = 0;
  while (at < due.length && is[at] === due[at]) at += 1;
  const around = (text: string[]) => text.slice(Math.max(0, at - 8), at + 8).join("");
  assert.deepEqual({ [`at ${at}`]: around(is) }, { [`at ${at}`]: around(due) });
}

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

test("step 4 · a line of 16 MB takes about four times as long as one of 4 MB", async (t) => {
  const path = logPath(t);
  const seconds = async (megabytes: number) => {
    const long = order(2, "tea ".repeat(megabytes * 250_000));
    writeFileSync(path, linesOf([order(1), long, order(3)]));
    const before = process.cpuUsage();
    const { ids } = await readAll(path);
    assert.deepEqual(ids, idsOf(orders(3)));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const times = [await seconds(4), await seconds(16)] as const;
  // To look at all of it again at each piece takes sixteen times as long. Next to nothing is noise.
  const isLinear = times[1] < 8 * times[0] + 0.3;
  assert.deepEqual({ isLinear: isLinear || times }, { isLinear: true });
});

fileDays(4, "read", "blank");
