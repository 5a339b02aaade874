import assert from "node:assert/strict";
import { test } from "node:test";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import {
  called,
  causes,
  mentioning,
  names,
  openShop,
  outcomeOf,
  processWith,
  reasonOf,
  slowJournal,
  teapot,
} from "./desk.ts";

test("step 5 · after the time limit, `step.unanswered` is written, caused by the request", async () => {
  for (const timeLimit of [50, 3_000_000_000]) {
    const { time, common } = openShop({
      troubles: [{ command: "place the order", fault: "command lost", times: 1 }],
    });
    const { stored, slow } = slowJournal();
    const options = { ...common, journal: slow, process: processWith({ timeLimit }) };
    const end = await time.until(new Orchestrator(options).start(teapot));
    const silence = stored.of(teapot.id)[2];
    assert.deepEqual(
      { end, lines: causes(stored).slice(2, 4), at: silence?.timestamp },
      {
        end: "saga.completed",
        lines: [
          "step.unanswered ← place the order, attempt 1",
          "place the order, attempt 2 ← step.unanswered",
        ],
        at: timeLimit,
      },
    );
  }
});

test("step 5 · when `send` rejects, that is no answer, and the reason is what was thrown, an Error or not", async () => {
  for (const [thrown, words] of [
    [new Error("connection reset"), "connection reset"],
    ["out of order", "out of order"],
    [undefined, ""],
    [new Error(""), ""],
    [{ name: "order.placed", outcome: "done" }, ""],
    [Object.create(null), ""],
  ]) {
    const { time, journal, network, common } = openShop();
    let calls = 0;
    const send: typeof network.send = (command) =>
      calls++ === 0 ? Promise.reject(thrown) : network.send(command);
    const end = await time.until(new Orchestrator({ ...common, send }).start(teapot));
    const silence = journal.of(teapot.id)[2];
    assert.deepEqual(
      { end, name: silence?.name, reason: mentioning(words, reasonOf(silence)) },
      { end: "saga.completed", name: "step.unanswered", reason: `… ${words} …` },
    );
  }
});

test("step 5 · a reply that is none is no answer", async () => {
  for (const reply of [undefined, {}, { name: "order.placed", outcome: "perhaps" }]) {
    const { time, journal, network, common } = openShop();
    let calls = 0;
    const send: typeof network.send = (command) =>
      calls++ === 0 ? Promise.resolve(reply as never) : network.send(command);
    const end = await time.until(new Orchestrator({ ...common, send }).start(teapot));
    assert.deepEqual(
      { end, reply, written: names(journal)[2] },
      { end: "saga.completed", reply, written: "step.unanswered" },
    );
  }
});

test("step 5 · a second attempt waits for the pause, each further one twice as long", async () => {
  const { time, journal, common } = openShop({
    troubles: [{ command: "place the order", fault: "command lost" }],
  });
  const process = processWith({ attempts: 5 });
  await time.until(new Orchestrator({ ...common, process }).start(teapot));
  const requests = journal
    .of(teapot.id)
    .filter(({ data }) => data.kind === "requested")
    .map((event) => `${called(event)} at ${event.timestamp}`);
  // Each attempt takes 1,000 ms; the pauses are 100, 200, 400 and 800.
  assert.deepEqual(requests, [
    "place the order, attempt 1 at 0",
    "place the order, attempt 2 at 1100",
    "place the order, attempt 3 at 2300",
    "place the order, attempt 4 at 3700",
    "place the order, attempt 5 at 5500",
    "cancel the order, attempt 1 at 6500",
  ]);
});

test("step 5 · the timer is called off when `send` settles", async () => {
  for (const fault of ["command twice", "error before", "refused"] as const) {
    const { time, common } = openShop({
      troubles: [{ command: "place the order", fault, times: 1 }],
    });
    await time.until(new Orchestrator(common).start(teapot));
    await new Promise(setImmediate);
    const pause = fault === "error before" ? 100 : 0;
    assert.deepEqual(
      { fault, timersStillSet: time.waiting, msWaited: time.now },
      { fault, timersStillSet: 0, msWaited: pause },
    );
  }
});

test("step 5 · a request or a reply that cannot be stored is not a silence: `start` rejects", async () => {
  for (const kind of ["requested", "done"] as const) {
    const { time, common } = openShop();
    let failures = 1;
    const { stored, slow } = slowJournal(
      ({ data }) => data.kind === kind && failures-- > 0,
    );
    const orchestrator = new Orchestrator({ ...common, journal: slow });
    const start = await time.until(outcomeOf(orchestrator.start(teapot)));
    const timersStillSet = time.waiting;
    await time.untilQuiet();
    const silences = names(stored).filter((name) => name === "step.unanswered");
    assert.deepEqual(
      { notStored: kind, start, silences, timersStillSet },
      {
        notStored: kind,
        start: "rejects: … no space left on device …",
        silences: [],
        timersStillSet: 0,
      },
    );
  }
});

anyDay(5);
