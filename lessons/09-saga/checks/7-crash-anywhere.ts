import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { everyScenario, sweep } from "#given/09-saga/further/sweep.ts";
import { endOf } from "#given/09-saga/given/journal.ts";
import type { SagaEvent } from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { openShop, orderNamed, orNone, teapot } from "./desk.ts";

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
  for (let number = 0; number < 120; number += 2) {
    const order = orderNamed(`order-${number}`);
    const data = { correlationId: order.id, causationId: null, kind: "started" as const };
    // The one waits since this morning, the other for centuries.
    const event = createEvent("saga.started", { ...data, order }, -(1.2 ** number));
    await stored.append(event);
  }
  const told: string[] = [];
  const resume = async () => {
    const resolves = await orNone(orchestrator.resume().then(() => true));
    told.push(resolves ? `resume resolves at ${time.now} ms` : "resume rejects");
  };
  const works: Promise<unknown>[] = [resume()];
  for (let number = 1; number < 120; number += 2) works.push(start(`order-${number}`));
  works.push(
    pass(2_500).then((): unknown => full.delete("order-6") && start("order-6")),
    pass(4_000).then((): unknown => full.delete("order-8") && resume()),
    pass(4_996).then(() => {
      const ended = stored.sagas().filter((saga) => endOf(stored, saga));
      told.push(`${ended.length} of ${stored.sagas().length} have ended at 4996 ms`);
      return resume();
    }),
  );
  await time.until(Promise.all(works));
  assert.deepEqual(told, [
    "resume rejects",
    "118 of 120 have ended at 4996 ms",
    "resume resolves at 8995 ms",
    "resume resolves at 8995 ms",
  ]);
  // Whoever leads it twice asks twice.
  assert.equal(stored.of("order-6").length, 13, "lines of order-6");
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

test("step 7 · the alarm gets each `saga.stuck`, and no other event, before it is written", async () => {
  const { time, stored, common, pass } = openShop();
  // The yes to each attempt comes when somebody is being called.
  const send: typeof common.send = (command) =>
    pass(command.name === "deliver the order" ? 60_000 : 0).then(() =>
      common.send(command),
    );
  const told: string[] = [];
  const alarm = async ({ name }: SagaEvent) => {
    await pass(600_000);
    told.push(`${name}, and the newest line is ${stored.of(teapot.id).at(-1)?.name}`);
  };
  const orchestrator = new Orchestrator({ ...common, send, alarm });
  told.push(await time.until(orchestrator.start(teapot)));
  const call = "saga.stuck, and the newest line is done: deliver the order";
  assert.deepEqual(told, [call, "saga.stuck"]);
});

anyDay(7, "goesOn", "full", "once", "ended", "deaf");
