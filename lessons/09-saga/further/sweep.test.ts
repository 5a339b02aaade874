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

/** `SWEEP=all` plays every pair of crashes: some minutes. Otherwise a share of them. */
const every = process.env.SWEEP === "all" ? 1 : 80;

test("every way to fail × a crash at every point of the journal", async (t) => {
  const result = await sweep(make);
  t.diagnostic(`${result.scenarios} scenarios, ${result.runs} runs`);
  assert.deepEqual(result.failures, []);
  assert.ok(result.runs > 15_000);
});

test("pairs of crashes", async (t) => {
  const scenarios = everyScenario().filter((_, index) => index % every === 0);
  const result = await sweep(make, { scenarios, crashes: 2 });
  t.diagnostic(`${result.scenarios} scenarios, ${result.runs} runs`);
  assert.deepEqual(result.failures, []);
  assert.ok(result.runs > 4_000);
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
