import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { everyScenario, sweep } from "#given/09-saga/further/sweep.ts";
import { endOf } from "#given/09-saga/given/journal.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import { openShop, orderNamed, orNone } from "./desk.ts";

test("step 7 · `resume` goes on at once with every saga that has not ended, and waits for them all", async () => {
  let isFull = true;
  const { stored, time, common } = openShop(
    ({ data }) => isFull && data.kind === "done" && /-[78]$/.test(data.correlationId),
  );
  // Each answer is just in time.
  const send: typeof common.send = async (command) => {
    await new Promise<void>((resume) => void time.timer(999, resume));
    return common.send(command);
  };
  for (let number = 0; number < 30; number++) {
    const order = orderNamed(`order-${number}`);
    const data = { correlationId: order.id, causationId: null, kind: "started" as const };
    await stored.append(createEvent("saga.started", { ...data, order }, 0));
  }
  const endings = () => {
    const ended = stored.sagas().filter((saga) => endOf(stored, saga));
    return `${ended.length} sagas have ended at ${time.now} ms`;
  };
  const orchestrator = new Orchestrator({ ...common, send });
  const resolves = await time.until(orNone(orchestrator.resume().then(() => true)));
  await time.untilQuiet();
  const others = endings();
  isFull = false;
  const again = await time.until(orNone(orchestrator.resume().then(() => true)));
  assert.deepEqual(
    {
      "two cannot be stored": resolves ?? "resume rejects",
      others,
      "the next resume": again ? "tries them again" : "rejects, too",
      afterwards: endings(),
    },
    {
      "two cannot be stored": "resume rejects",
      others: "28 sagas have ended at 4995 ms",
      "the next resume": "tries them again",
      afterwards: "30 sagas have ended at 9990 ms",
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
