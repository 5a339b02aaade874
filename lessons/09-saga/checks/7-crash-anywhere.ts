import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { everyScenario, sweep } from "#given/09-saga/further/sweep.ts";
import { type Journal, MemoryJournal } from "#given/09-saga/given/journal.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { called, ends, openShop, orderNamed, orNone, teapot } from "./desk.ts";

const ids = Array.from({ length: 30 }, (_, number) => `order-${number}`);

/** As if these sagas had begun, and the process had died then. */
async function beginSagas(journal: Journal): Promise<void> {
  for (const id of ids) {
    const data = { correlationId: id, causationId: null, kind: "started" as const };
    const started = createEvent("saga.started", { ...data, order: orderNamed(id) }, 0);
    await journal.append(started);
  }
}

function allEndWith(end: string): Record<string, string> {
  return Object.fromEntries(ids.map((id) => [id, end]));
}

test("step 7 · after a crash, `resume` goes on where the saga was, pauses and all", async () => {
  const { stored, time, common } = openShop();
  const send = () => new Promise<never>(() => {});
  await time.until(new Orchestrator({ ...common, send }).start(teapot));
  // As if the process had died when the first silence was stored.
  const journal = new MemoryJournal(stored.of(teapot.id).slice(0, 3));
  time.now = 1_000;
  await time.until(new Orchestrator({ ...common, journal }).resume());
  const next = journal.of(teapot.id)[3];
  assert.deepEqual(
    { ends: ends(journal), next: next && `${called(next)} at ${next.timestamp}` },
    {
      ends: { "order-15": "saga.completed" },
      next: "place the order, attempt 2 at 1100",
    },
  );
});

test("step 7 · `resume` goes on at once with every saga that has not ended, and waits for them all", async () => {
  const { stored, sent, time, common } = openShop();
  await beginSagas(stored);
  // Each answer takes a second.
  const send: typeof common.send = async (command) => {
    const reply = await common.send(command);
    await new Promise<void>((resume) => void time.timer(999, resume));
    return reply;
  };
  const orchestrator = new Orchestrator({ ...common, send });
  const begun = orchestrator.start(orderNamed("order-7"));
  await time.until(orchestrator.resume());
  assert.deepEqual(
    { ends: ends(stored), msUntilTheEnd: time.now, commandsSent: sent.length },
    { ends: allEndWith("saga.completed"), msUntilTheEnd: 4_995, commandsSent: 150 },
  );
  await begun;
});

test("step 7 · where one saga cannot be stored, `resume` rejects, and the others go on; the next `resume` tries it again", async () => {
  let isFull = true;
  const { stored, time, common } = openShop(
    ({ data }) => isFull && data.kind === "done" && data.correlationId === "order-7",
  );
  await beginSagas(stored);
  const orchestrator = new Orchestrator(common);
  const resolved = await time.until(orNone(orchestrator.resume().then(() => true)));
  await time.untilQuiet();
  const others = { ...allEndWith("saga.completed"), "order-7": "not ended" };
  assert.deepEqual(
    { resolves: resolved ?? false, ends: ends(stored) },
    { resolves: false, ends: others },
  );
  isFull = false;
  await time.until(orchestrator.resume());
  assert.deepEqual(ends(stored), allEndWith("saga.completed"));
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

anyDay(7, "once", "ended", "alarm", "deaf");
