import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import type { ReplayOptions } from "#bus/log-contract";
import { busDays } from "./bus-day.ts";
import { idsOf, linesOf, noon, order, orders, outcomeOf, replayOf } from "./desk.ts";

/** Replays a part of a file; tells which events are heard, and what the report counts. */
async function partOf(desk: ReturnType<typeof replayOf>, options: ReplayOptions) {
  desk.heard.length = 0;
  const { replayed, skipped } = await desk.bus.replayFromFile(
    desk.path,
    Object.freeze(options),
  );
  return `${idsOf(desk.heard).join(" ")}: ${replayed} replayed, ${skipped} skipped`;
}

const places = {
  id: { id: "order-3" },
  "the very time": { time: noon + 2000 },
  "a time between": { time: noon + 1500 },
  count: { count: 2 },
};

test("step 8 · `from` begins at an event, a time or a count", async (t) => {
  const twice = order(3); // It has been delivered twice: a replay begins at the first.
  const desk = replayOf(t, linesOf([...orders(4), twice]));
  for (const [name, from] of Object.entries(places)) {
    const part = await partOf(desk, { from });
    assert.deepEqual(
      { [name]: part },
      { [name]: "order-3 order-4 order-3: 3 replayed, 2 skipped" },
    );
  }
  // What comes after its end is not read, and so not found to be broken.
  appendFileSync(desk.path, "oops\n\n");
  const behind = await partOf(desk, { from: places.id, until: { count: 0 } });
  assert.deepEqual({ behind }, { behind: ": 0 replayed, 0 skipped" });
  const paid = { ...order(3), name: "order.paid" };
  writeFileSync(desk.path, linesOf([...orders(2), paid, order(4), twice]));
  const others = await partOf(desk, { from: places.id, pattern: "order.created" });
  assert.deepEqual(
    { "order-3 itself does not match": others },
    { "order-3 itself does not match": "order-4 order-3: 2 replayed, 3 skipped" },
  );
  const parts = [{ from: places.id }, {}, { until: places.count }];
  const atOnce = parts.map((options) => desk.bus.replayFromFile(desk.path, options));
  const replayed = (await Promise.all(atOnce)).map((report) => report.replayed);
  assert.deepEqual({ "three at once": replayed }, { "three at once": [3, 5, 2] });
});

test("step 8 · options that make no sense are refused before anything is replayed", async (t) => {
  const { bus, heard, path } = replayOf(t, linesOf(orders(3)));
  const senseless: Record<string, ReplayOptions> = {
    "a time that is NaN": { until: { time: Number.NaN } },
    "a count that is NaN": { from: { count: Number.NaN } },
    "a count below 0": { until: { count: -1 } },
    "an empty pattern": { pattern: "" },
  };
  for (const [name, options] of Object.entries(senseless)) {
    const outcome = await outcomeOf(() => bus.replayFromFile(path, options));
    assert.deepEqual(
      { [name]: outcome, heard: idsOf(heard) },
      { [name]: "RangeError", heard: [] },
    );
  }
});

busDays(8, "isPart", "clock", "until", "pattern", "unknown");
