import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { BusEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { type PaceOptions, replayAtPace, waitFor } from "./replay-at-pace.ts";

/** A log of events at these times in ms, and a bus that notes how much was waited before each. */
function logOf(t: TestContext, times: number[], names = ["order.created"]) {
  const folder = mkdtempSync(join(tmpdir(), "replay-at-pace-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "events.log");
  const events = times.map((timestamp, at): BusEvent => {
    return { id: `${at}`, name: names[at % names.length] ?? "", data: "чай", timestamp };
  });
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  const bus = new EventBus();
  const desk = { path, bus, now: 0, waits: [] as number[], heardAt: [] as number[] };
  bus.subscribe("#", () => desk.heardAt.push(desk.now));
  const wait = async (ms: number) => {
    desk.waits.push(ms);
    await new Promise(setImmediate);
    desk.now += ms;
  };
  const replay = (options: PaceOptions) => replayAtPace(bus, path, { wait, ...options });
  return { ...desk, desk, replay };
}

test("pauses are as long as they were, but shorter by the pace; a clock set back makes none", async (t) => {
  const { heardAt, replay } = logOf(t, [0, 1000, 1000, 3000, 2000, 2500]);
  const replayed = await replay({ pace: 10 });
  assert.deepEqual(
    { replayed, heardAt },
    { replayed: 6, heardAt: [0, 100, 100, 300, 300, 350] },
  );
});

test("pauses too short for a timer add up instead of getting lost", async (t) => {
  const { waits, replay } = logOf(
    t,
    Array.from({ length: 1001 }, (_, ms) => ms),
  );
  await replay({ pace: 4 });
  const sum = Math.round(waits.reduce((total, ms) => total + ms, 0));
  assert.deepEqual(
    { sum, tooShort: waits.filter((ms) => ms < 1) },
    { sum: 250, tooShort: [] },
  );
});

test("pauses lie between the events that are replayed, not between lines", async (t) => {
  const { heardAt, replay } = logOf(
    t,
    [0, 9000, 1000, 9500],
    ["order.created", "order.paid"],
  );
  await replay({ pace: 1, pattern: "*.created" });
  assert.deepEqual(heardAt, [0, 1000]);
});

test("without a pace nobody waits", async (t) => {
  const { waits, replay } = logOf(t, [0, 1000, 2000]);
  await replay({});
  assert.deepEqual(waits, []);
});

test("a pause beyond 24.8 days waits, and its own `wait` is the default", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const days = 24 * 3_600_000;
  const { heardAt, bus, path } = logOf(t, [0, 60 * days]);
  const done = replayAtPace(bus, path, { pace: 1 });
  while (heardAt.length === 0) await new Promise(setImmediate);
  for (let day = 0; day < 59; day++) {
    t.mock.timers.tick(days);
    await new Promise(setImmediate);
  }
  const early = heardAt.length;
  // Each part of the wait begins when somebody looks: here, up to a day late.
  for (let day = 0; day < 3; day++) {
    t.mock.timers.tick(days);
    await new Promise(setImmediate);
  }
  await done;
  assert.deepEqual({ early, heard: heardAt.length }, { early: 1, heard: 2 });
  await waitFor(0);
});

test("progress rises up to all bytes of the file", async (t) => {
  const { replay } = logOf(
    t,
    Array.from({ length: 9_000 }, () => 0),
  );
  const seen: number[] = [];
  let last = { replayed: 0, bytes: 0, totalBytes: 1 };
  await replay({
    onProgress: (progress) => {
      seen.push(progress.bytes);
      last = progress;
    },
  });
  const rises = seen.every((bytes, at) => bytes >= (seen[at - 1] ?? 0));
  assert.deepEqual(
    {
      often: seen.length > 3,
      rises,
      replayed: last.replayed,
      done: last.bytes === last.totalBytes,
    },
    { often: true, rises: true, replayed: 9_000, done: true },
  );
});

test("a pace that is not a number above 0 is refused", async (t) => {
  const { replay, heardAt } = logOf(t, [0, 1]);
  for (const pace of [0, -1, Number.NaN, Infinity])
    await assert.rejects(replay({ pace }), RangeError);
  assert.deepEqual(heardAt, []);
});
