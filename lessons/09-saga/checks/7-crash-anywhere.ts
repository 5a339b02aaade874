import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { everyScenario, sweep } from "#given/09-saga/further/sweep.ts";
import { endOf, type Journal, MemoryJournal } from "#given/09-saga/given/journal.ts";
import type { SagaEvent } from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import {
  mentioning,
  names,
  openShop,
  orderNamed,
  outcomeOf,
  reasonOf,
  slowJournal,
  teapot,
} from "./desk.ts";

/** As if these sagas had begun, and the process had died then. */
async function beginSagas(journal: Journal, ids: string[]): Promise<void> {
  for (const id of ids) {
    const data = { correlationId: id, causationId: null, kind: "started" as const };
    await journal.append(
      createEvent("saga.started", { ...data, order: orderNamed(id) }, 0),
    );
  }
}

/** How each saga has ended. */
function ends(journal: Journal): Record<string, string> {
  return Object.fromEntries(
    journal.sagas().map((saga) => [saga, endOf(journal, saga) ?? "not ended"]),
  );
}

test("step 7 · after a crash, `resume` goes on where the saga was, pauses and all", async () => {
  const { network, time, common } = openShop({
    troubles: [{ command: "confirm the order", fault: "command lost", times: 1 }],
  });
  const whole = new MemoryJournal();
  await time.until(new Orchestrator({ ...common, journal: whole }).start(teapot));
  const asked = network.sent.length;
  const silence = names(whole).indexOf("step.unanswered") + 1;
  const journal = new MemoryJournal(whole.of(teapot.id).slice(0, silence));
  const begun = time.now;
  await time.until(new Orchestrator({ ...common, journal }).resume());
  assert.deepEqual(
    {
      ends: ends(journal),
      asked: network.sent.slice(asked).map(({ name }) => name),
      msOfTheFirstRequest: (journal.of(teapot.id)[silence]?.timestamp ?? 0) - begun,
    },
    {
      ends: { "order-15": "saga.completed" },
      asked: ["confirm the order", "deliver the order", "collect the money"],
      msOfTheFirstRequest: 100,
    },
  );
});

test("step 7 · `resume` goes on at once with every saga that has not ended, and waits for them all", async () => {
  const { journal, network, time, common } = openShop({
    troubles: [{ command: "deliver the order", fault: "command lost", times: 4 }],
  });
  await beginSagas(journal, ["order-15", "order-16", "order-17"]);
  const orchestrator = new Orchestrator(common);
  // The first to be led, and the last to end.
  const begun = orchestrator.start(orderNamed("order-17"));
  await time.until(orchestrator.resume());
  assert.deepEqual(
    {
      "ms of the first requests": journal
        .sagas()
        .map((id) => journal.of(id)[1]?.timestamp),
      ends: ends(journal),
      commandsSent: network.sent.length,
    },
    {
      "ms of the first requests": [0, 0, 0],
      ends: {
        "order-15": "saga.completed",
        "order-16": "saga.completed",
        "order-17": "saga.completed",
      },
      commandsSent: 19,
    },
  );
  await begun;
});

test("step 7 · where one saga cannot be stored, `resume` rejects, and the others go on; the next `resume` tries it again", async () => {
  const { time, common } = openShop({
    troubles: [{ command: "place the order", fault: "command lost", times: 1 }],
  });
  let isFull = true;
  const { stored, slow } = slowJournal(
    ({ data }) => isFull && data.kind === "done" && data.correlationId === "order-15",
  );
  // The one before it is still at work when it fails, the one behind it has just begun.
  await beginSagas(stored, ["order-14", "order-15", "order-16"]);
  const orchestrator = new Orchestrator({ ...common, journal: slow });
  const resume = await time.until(outcomeOf(orchestrator.resume()));
  await time.untilQuiet();
  assert.deepEqual(
    { resume, ends: ends(stored) },
    {
      resume: "rejects: … no space left on device …",
      ends: {
        "order-14": "saga.completed",
        "order-15": "not ended",
        "order-16": "saga.completed",
      },
    },
  );
  isFull = false;
  const second = await time.until(outcomeOf(orchestrator.resume()));
  assert.deepEqual(
    { "second resume": second.split(/\W/)[0], "order-15": ends(stored)["order-15"] },
    { "second resume": "resolves", "order-15": "saga.completed" },
  );
});

test("step 7 · the same order started twice, beside a `resume`, or after a restart, is one saga", async () => {
  const { network, time, common } = openShop();
  const { stored, slow } = slowJournal();
  await beginSagas(stored, ["order-16", "order-17"]);
  const orchestrator = new Orchestrator({ ...common, journal: slow });
  const start = (id: string) => orchestrator.start(orderNamed(id));
  const results = await time.until(
    Promise.all([
      ...["order-15", "order-16"].map(start),
      orchestrator.resume(),
      ...["order-15", "order-17"].map(start),
    ]),
  );
  const lines = stored.sagas().map((saga) => [saga, names(stored, saga).length]);
  assert.deepEqual(
    {
      results: results.filter((end) => end),
      lines: Object.fromEntries(lines),
      commandsSent: network.sent.length,
    },
    {
      results: Array(4).fill("saga.completed"),
      lines: { "order-16": 12, "order-17": 12, "order-15": 12 },
      commandsSent: 15,
    },
  );
});

test("step 7 · an order that has ended stays as it is, after a restart, too", async () => {
  const { journal, network, time, common } = openShop({
    troubles: [{ command: "place the order", fault: "answer very late", times: 1 }],
  });
  const first = new Orchestrator(common);
  await time.until(first.start(teapot));
  await time.untilQuiet();
  const [lines, sent] = [names(journal), network.sent.length];
  // The newest line is now a late answer, not the end.
  for (const orchestrator of [first, new Orchestrator(common)]) {
    await time.until(orchestrator.resume());
    const end = await time.until(orchestrator.start(teapot));
    const moreSent = network.sent.length - sent;
    assert.deepEqual(
      { end, lines: names(journal), moreSent },
      { end: "saga.completed", lines, moreSent: 0 },
    );
  }
});

test("step 7 · the alarm gets each `saga.stuck`, and no other event, before it is written", async () => {
  const { told, journal, time, common } = openShop({
    troubles: [{ command: "deliver the order", fault: "command lost", times: 3 }],
  });
  const before: unknown[] = [];
  const alarm = (event: SagaEvent) => {
    before.push(endOf(journal, event.data.correlationId) ?? "not there yet");
    told.push(event);
  };
  const orchestrator = new Orchestrator({ ...common, alarm });
  await time.until(orchestrator.start(teapot));
  await time.until(orchestrator.start(orderNamed("order-16")));
  assert.deepEqual(
    {
      ends: ends(journal),
      told: told.map(
        (event) => `${event.name}: ${mentioning("deliver the order", reasonOf(event))}`,
      ),
      "the end in the journal when the alarm is called": before,
      isTheEventInTheJournal: told[0]?.id === journal.of(teapot.id).at(-1)?.id,
    },
    {
      ends: { "order-15": "saga.stuck", "order-16": "saga.completed" },
      told: ["saga.stuck: … deliver the order …"],
      "the end in the journal when the alarm is called": ["not there yet"],
      isTheEventInTheJournal: true,
    },
  );
});

test("step 7 · if the alarm fails, nothing is written, and `start` rejects", async () => {
  const { told, journal, time, common } = openShop({
    troubles: [{ command: "collect the money", fault: "error before" }],
  });
  const failures = [new Error("the phone is dead"), undefined];
  const alarm = async () => {
    await new Promise<void>((resume) => void common.timer(10, resume));
    throw failures.shift();
  };
  const first = new Orchestrator({ ...common, alarm });
  const start = await time.until(outcomeOf(first.start(teapot), "the phone is dead"));
  const again = await time.until(outcomeOf(first.start(teapot)));
  assert.deepEqual(
    { start, again: again.split(":")[0], ends: ends(journal) },
    {
      start: "rejects: … the phone is dead …",
      again: "rejects",
      ends: { "order-15": "not ended" },
    },
  );
  await time.until(new Orchestrator(common).resume());
  assert.deepEqual(
    { calls: told.length, ends: ends(journal) },
    { calls: 1, ends: { "order-15": "saga.stuck" } },
  );
});

test("step 7 · whatever fails, and wherever the process dies, every saga ends as it should", async () => {
  const make = (options: ConstructorParameters<typeof Orchestrator>[0]) =>
    new Orchestrator(options);
  const all = everyScenario();
  // Few of them, so that a busy machine does not take this for a loop: further/ plays them all.
  const some = (of: number) => all.filter((_, index) => index % of === 0);
  const without = await sweep(make, { scenarios: some(7), crashes: 0, limit: 1 });
  const crashing = await sweep(make, { scenarios: some(101), limit: 1 });
  assert.deepEqual(
    { failures: [...without.failures, ...crashing.failures] },
    { failures: [] },
  );
});

anyDay(7);
