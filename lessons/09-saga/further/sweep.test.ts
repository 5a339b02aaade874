/** The sweep on the reference: all scenarios, a crash at every point, and pairs of crashes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  everyScenario,
  type MakeCandidate,
  sweep,
} from "#given/09-saga/further/sweep.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";

const make: MakeCandidate = (options) => new Orchestrator(options);

/**
 * Of how many scenarios one is played, with a crash and with pairs of crashes. `WORKBOOK_STRICT=1`, as in
 * `.ci/run`, leaves out no single crash; with the word `all`, no pair either, for some minutes.
 */
const [everyOne, everyPair] =
  process.argv[2] === "all"
    ? [1, 1]
    : process.env.WORKBOOK_STRICT === "1"
      ? [1, 80]
      : [6, 480];
const oneIn = (every: number) => everyScenario().filter((_, at) => at % every === 0);

test("every way to fail × a crash at every point of the journal", async (t) => {
  const result = await sweep(make, { scenarios: oneIn(everyOne) });
  t.diagnostic(`${result.scenarios} scenarios, ${result.runs} runs`);
  assert.deepEqual(result.failures, []);
  assert.ok(result.runs > 15_000 / everyOne);
});

test("pairs of crashes", async (t) => {
  const result = await sweep(make, { scenarios: oneIn(everyPair), crashes: 2 });
  t.diagnostic(`${result.scenarios} scenarios, ${result.runs} runs`);
  assert.deepEqual(result.failures, []);
  assert.ok(result.runs > 320_000 / everyPair);
});

test("participants that do not know a command again: the sweep finds it", async (t) => {
  const shop = { deduplicates: false };
  const { failures } = await sweep(make, { crashes: 0, limit: 1, shop });
  assert.equal(failures.length, 1);
  t.diagnostic(`${failures[0]}`);
});

test("participants without tombstones: the sweep finds it", async (t) => {
  const shop = { tombstones: false };
  const { failures } = await sweep(make, { crashes: 0, limit: 1, shop });
  assert.equal(failures.length, 1);
  t.diagnostic(`${failures[0]}`);
});
