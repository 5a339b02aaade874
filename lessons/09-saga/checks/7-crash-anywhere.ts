import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { everyScenario, sweep } from "#given/09-saga/further/sweep.ts";
import { endOf } from "#given/09-saga/given/journal.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { openShop, orderNamed, orNone } from "./desk.ts";

test("step 7 · `resume` goes on at once with every saga that has not ended, and waits for them all", async () => {
  const full = new Set(["order-6", "order-8"]);
  const { stored, time, common, pass } = openShop(
    ({ data }) => data.kind === "done" && full.has(data.correlationId),
  );
  // Each answer is just in time.
  const send: typeof common.send = (command) =>
    pass(999).then(() => common.send(command));
  const orchestrator = new Orchestrator({ ...common, send });
  const start = (id: string) => orNone(orchestrator.start(orderNamed(id)));
  const resume = () => orNone(orchestrator.resume().then(() => "resolves"));
  for (let number = 0; number < 30; number += 2) {
    const order = orderNamed(`order-${number}`);
    const data = { correlationId: order.id, causationId: null, kind: "started" as const };
    await stored.append(createEvent("saga.started", { ...data, order }, 0));
  }
  const first = resume();
  for (let number = 1; number < 30; number += 2) void start(`order-${number}`);
  const endings = () => {
    const ended = stored.sagas().filter((saga) => endOf(stored, saga));
    return `${ended.length} sagas have ended at ${time.now} ms`;
  };
  const sixth = pass(2_500).then(() => {
    full.delete("order-6");
    return start("order-6");
  });
  const next = pass(4_000).then(() => {
    full.clear();
    return resume();
  });
  const others = pass(4_996).then(endings);
  assert.deepEqual(
    {
      "resume, where two cannot be stored": (await time.until(first)) ?? "rejects",
      others: await time.until(others),
      "start of one of them, when it can": await time.until(sixth),
      "the next resume, when both can": await time.until(next),
      afterwards: endings(),
    },
    {
      "resume, where two cannot be stored": "rejects",
      others: "28 sagas have ended at 4996 ms",
      "start of one of them, when it can": "saga.completed",
      "the next resume, when both can": "resolves",
      afterwards: "30 sagas have ended at 8995 ms",
    },
  );
});

test("step 7 · whatever fails, and wherever the process dies, every saga ends as it should", async () => {
  const make = (options: ConstructorParameters<typeof Orchestrator>[0]) =>
    new Orchestrator(options);
  const all = everyScenario();
  // Few of them, so that a busy machine does not take this for a loop: further/ plays them all.
  const some = (of: number) => all.filter((_, index) => index % of === 0);
  const without = await sweep(make, { scenarios: some(11), crashes: 0, limit: 1 });
  const crashing = await sweep(make, { scenarios: some(151), limit: 1 });
  assert.deepEqual([...without.failures, ...crashing.failures], []);
});

anyDay(7, "goesOn", "full", "once", "ended", "alarm", "deaf");
