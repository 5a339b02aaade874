import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { LogError } from "#bus/log-contract";
import { idsOf, linesOf, logPath, order, orders, outcomeOf, readAll } from "./desk.ts";
import { fileDays } from "./file-day.ts";

/** Whether a sentence names a line of `events.log`; if not, the sentence. */
function placeIn(sentence: string): string {
  return /events\.log:\d+\b/.exec(sentence)?.[0] ?? sentence;
}

test("step 5 · a missing file is a LogError that names it", async (t) => {
  const path = `${logPath(t)}.old`;
  const read = await readAll(path);
  const outcome = await outcomeOf(() => {
    if (read.failure) throw read.failure;
  }, "events.log.old");
  assert.deepEqual({ outcome }, { outcome: "LogError about events.log.old" });
});

test("step 5 · a torn last line is left out, and `torn` names its place", async (t) => {
  const path = logPath(t);
  const half = linesOf([order(3)]).slice(0, 40);
  for (const count of [2, 12_345]) {
    writeFileSync(path, `${linesOf(orders(count))}${half}`);
    const { ids, torn, failure } = await readAll(path);
    assert.deepEqual(
      { ids, torn: placeIn(torn), failure },
      { ids: idsOf(orders(count)), torn: `events.log:${count + 1}`, failure: undefined },
    );
  }
});

test("step 5 · a last line that lacks only its line break is an event", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(2)).trimEnd());
  const { ids, torn, failure } = await readAll(path);
  assert.deepEqual(
    { ids, torn, failure },
    { ids: ["order-1", "order-2"], torn: "", failure: undefined },
  );
});

test("step 5 · a broken line is a LogError that begins with its place, such as `events.log:3`", async (t) => {
  const path = logPath(t);
  const [one = "", two = ""] = orders(2).map((event) => linesOf([event]));
  const texts = {
    3: `${one}${two}{"id":"order-3","na\n${two}`,
    12346: `${linesOf(orders(12_344))}\noops\n${two}`,
  };
  for (const [line, text] of Object.entries(texts)) {
    writeFileSync(path, text);
    const { failure } = await readAll(path);
    const said = failure instanceof Error ? failure.message : "nothing failed";
    const begins = /^\S*?(events\.log:\d+)\b/.exec(said)?.[1] ?? said;
    assert.deepEqual(
      { isLogError: failure instanceof LogError, begins },
      { isLogError: true, begins: `events.log:${line}` },
    );
  }
});

test("step 5 · all events before a broken line come out, and none after it", async (t) => {
  const path = logPath(t);
  for (const broken of [
    `{"id":"order-3","na`,
    `42`,
    `null`,
    `${linesOf([order(3)])}`.slice(1, 30),
  ]) {
    writeFileSync(path, `${linesOf(orders(200))}${broken}\n${linesOf([order(4)])}`);
    const { ids, torn } = await readAll(path);
    assert.deepEqual(
      { broken, ids, torn },
      { broken, ids: idsOf(orders(200)), torn: "" },
    );
  }
});

fileDays(5);
