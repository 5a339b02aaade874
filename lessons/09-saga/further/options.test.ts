import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryJournal } from "#given/09-saga/given/journal.ts";
import { complete } from "#given/09-saga/given/options.ts";
import type { Reply, Send, Step } from "#given/09-saga/given/process.ts";

const step: Step = {
  participant: "orders",
  action: "place the order",
  compensation: "cancel the order",
  attempts: 3,
  timeLimit: 1_000,
  pause: 100,
};

function optionsOf(step: Step, pivot: number, send: Send = async () => ({}) as Reply) {
  const process = { steps: [step], pivot };
  return complete({ process, journal: new MemoryJournal(), send });
}

test("a process that cannot be led is refused before it begins", () => {
  const { compensation: _, ...bare } = step;
  const refused: [Step, number][] = [
    [bare, 0],
    [step, -1],
    [{ ...step, attempts: 0 }, 0],
    [{ ...step, attempts: 1.5 }, 0],
    [{ ...step, timeLimit: 0 }, 0],
    [{ ...step, timeLimit: Number.NaN }, 0],
    [{ ...step, pause: -1 }, 0],
  ];
  for (const [step, pivot] of refused)
    assert.throws(() => optionsOf(step, pivot), TypeError);
  assert.ok(optionsOf(bare, -1));
});

test("`send` rejects for a reply that is none, and never throws at once", async () => {
  const nothing = [undefined, null, "yes", {}, { name: "order.placed" }];
  const outcome = { name: "order.placed", outcome: "perhaps" };
  for (const reply of [...nothing, outcome]) {
    const { send } = optionsOf(step, 0, async () => reply as Reply);
    await assert.rejects(send({} as never), TypeError);
  }
  const { send } = optionsOf(step, 0, () => {
    throw new Error("no connection");
  });
  await assert.rejects(send({} as never), /no connection/);
});

test("the default timer waits longer than the 24.8 days that setTimeout knows", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { timer } = optionsOf(step, 0);
  let rings = 0;
  timer(3_000_000_000, () => rings++);
  const callOff = timer(5_000_000_000, () => rings++);
  await new Promise((resume) => setImmediate(resume));
  t.mock.timers.tick(2_147_483_647);
  t.mock.timers.tick(852_516_352);
  assert.deepEqual({ "one ms before": rings }, { "one ms before": 0 });
  t.mock.timers.tick(1);
  assert.deepEqual({ "after 34.7 days": rings }, { "after 34.7 days": 1 });
  callOff();
  t.mock.timers.tick(2_147_483_647);
  assert.deepEqual({ "called off": rings }, { "called off": 1 });
});
