import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Command,
  orderProcess,
  type Reply,
  type Step,
} from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { anyDay } from "./any-day.ts";
import {
  called,
  causes,
  mentioning,
  names,
  openShop,
  orderNamed,
  processWith,
  reasonOf,
  slowJournal,
  teapot,
} from "./desk.ts";

test("step 4 · each request is stored before it is sent, and each reply under its own name", async () => {
  const { time, network, common } = openShop();
  const { stored, slow } = slowJournal();
  const newest: string[] = [];
  const send = async (command: Command) => {
    const event = stored.of(teapot.id).at(-1);
    newest.push(`${command.name}: ${event && called(event)}`);
    return network.send(command);
  };
  const orchestrator = new Orchestrator({ ...common, journal: slow, send });
  const end = await time.until(orchestrator.start(teapot));
  assert.deepEqual(
    {
      end,
      "newest line in the journal when it was sent": newest,
      journal: names(stored).filter((name) => name !== "step.requested"),
    },
    {
      end: "saga.completed",
      "newest line in the journal when it was sent": common.process.steps.map(
        ({ action }) => `${action}: ${action}, attempt 1`,
      ),
      journal: [
        "saga.started",
        "order.placed",
        "money.reserved",
        "order.confirmed",
        "order.delivered",
        "money.collected",
        "saga.completed",
      ],
    },
  );
});

test("step 4 · a command has the same key at each attempt, and another key than every other command, also where two steps ask for the same thing", async () => {
  const { time, network, common } = openShop({
    shop: { cents: 0 },
    troubles: [{ command: "cancel the order", fault: "refused", times: 4 }],
  });
  await time.until(new Orchestrator(common).start(teapot));
  const keysOf = (...wanted: string[]) =>
    new Set(
      network.sent.filter(({ name }) => wanted.includes(name)).map(({ key }) => key),
    ).size;
  assert.deepEqual(
    {
      "keys of cancel, asked for three times": keysOf("cancel the order"),
      "keys of place and cancel": keysOf("place the order", "cancel the order"),
    },
    { "keys of cancel, asked for three times": 1, "keys of place and cancel": 2 },
  );
  // The ids begin like the number of a step.
  const [step] = orderProcess.steps.slice(3);
  const process = { steps: Array.from({ length: 12 }, () => step as Step), pivot: -1 };
  const equal = new Set<string>();
  const send = async ({ key }: Command): Promise<Reply> => {
    equal.add(key);
    return { name: "order.delivered", outcome: "done" };
  };
  for (const id of ["1st", "st"])
    await time.until(
      new Orchestrator({ ...common, process, send }).start(orderNamed(id)),
    );
  assert.deepEqual(
    { "keys of twelve steps with the same action, in two sagas": equal.size },
    { "keys of twelve steps with the same action, in two sagas": 24 },
  );
});

test("step 4 · every event has the saga's id as correlation id; a reply has its request's id as causation id, every other event that of the newest event", async () => {
  const { time, journal, common } = openShop({ shop: { cents: 0 } });
  await time.until(new Orchestrator(common).start(teapot));
  assert.deepEqual(causes(journal), [
    "saga.started ← null",
    "place the order, attempt 1 ← saga.started",
    "order.placed ← place the order, attempt 1",
    "reserve the money, attempt 1 ← order.placed",
    "money.refused ← reserve the money, attempt 1",
    "cancel the order, attempt 1 ← money.refused",
    "order.cancelled ← cancel the order, attempt 1",
    "saga.cancelled ← order.cancelled",
  ]);
});

test("step 4 · a command says who is asked for what, which way, for which order, and because of which request", async () => {
  const { time, network, journal, common } = openShop({ shop: { cents: 0 } });
  await time.until(new Orchestrator(common).start(teapot));
  const told = network.sent.map(
    ({ participant, name, way, order, correlationId, causationId }) => {
      const cause = journal.of(correlationId).find(({ id }) => id === causationId);
      return `${participant}: ${name}, ${way}, ${order.item} ← ${cause && called(cause)}`;
    },
  );
  assert.deepEqual(told, [
    "orders: place the order, forward, a teapot ← place the order, attempt 1",
    "payment: reserve the money, forward, a teapot ← reserve the money, attempt 1",
    "orders: cancel the order, back, a teapot ← cancel the order, attempt 1",
  ]);
});

test("step 4 · the reasons of a reply and of an end stand in their events", async () => {
  const stuck = openShop({
    troubles: [{ command: "collect the money", fault: "refused" }],
  });
  const options = { ...stuck.common, process: processWith({ attempts: 1 }) };
  const end = await stuck.time.until(new Orchestrator(options).start(teapot));
  const events = stuck.journal.of(teapot.id);
  const [refused, last] = events.slice(-2);
  assert.deepEqual(
    {
      end,
      refused: reasonOf(refused),
      last: `${last?.name}: ${mentioning("collect the money", reasonOf(last))}`,
      others: events.slice(0, -2).filter((event) => reasonOf(event) !== undefined),
    },
    {
      end: "saga.stuck",
      refused: "says no",
      last: "saga.stuck: … collect the money …",
      others: [],
    },
  );
});

test("step 4 · the time of an event is the clock's at that moment", async () => {
  const { time, journal, network, common } = openShop();
  let now = 10;
  const clock = () => now;
  const send = (command: Command) => {
    now += 10;
    return network.send(command);
  };
  await time.until(new Orchestrator({ ...common, clock, send }).start(teapot));
  const times = journal.of(teapot.id).map((event) => [called(event), event.timestamp]);
  assert.deepEqual(Object.fromEntries(times.slice(0, 3)), {
    "saga.started": 10,
    "place the order, attempt 1": 10,
    "order.placed": 20,
  });
});

test("step 4 · many sagas at once keep apart", async () => {
  const { shop, time, common } = openShop();
  const orchestrator = new Orchestrator(common);
  const orders = [1, 2, 3, 4, 5].map((number) => orderNamed(`order-${number}`));
  const ends = await time.until(
    Promise.all(orders.map((order) => orchestrator.start(order))),
  );
  // The customer can pay for four teapots.
  const completed = ends.filter((end) => end === "saga.completed").length;
  const { till } = shop.books;
  assert.deepEqual({ completed, till }, { completed: 4, till: 10_000 });
});

anyDay(4);
