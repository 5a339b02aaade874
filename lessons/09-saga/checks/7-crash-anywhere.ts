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
  for (let number = 0; number < 240; number += 2) {
    const order = orderNamed(`order-${number}`);
    const data = { correlationId: order.id, causationId: null, kind: "started" as const };
    // The one waits since this morning, the other for centuries.
    const event = createEvent("saga.started", { ...data, order }, -(1.15 ** number));
    await stored.append(event);
  }
  const told: string[] = [];
  const resume = async () => {
    const resolves = await orNone(orchestrator.resume().then(() => true));
    told.push(resolves ? `resume resolves at ${time.now} ms` : "resume rejects");
  };
  const works: Promise<unknown>[] = [resume()];
  for (let number = 1; number < 240; number += 2) works.push(start(`order-${number}`));
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
  // Whoever leads it twice asks twice.
  const which = "lines of order-6, which is started beside a resume";
  assert.deepEqual({ [which]: stored.of("order-6").length }, { [which]: 13 });
  assert.deepEqual(told, [
    "resume rejects",
    "238 of 240 have ended at 4996 ms",
    "resume resolves at 8995 ms",
    "resume resolves at 8995 ms",
  ]);
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

anyDay(7, "alarm", "goesOn", "full", "once", "ended", "deaf");
