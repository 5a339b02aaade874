import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import type { TimelineRow } from "#given/09-saga/draw-timeline.ts";
import { endOf, type Journal, MemoryJournal } from "#given/09-saga/journal.ts";
import { Network, type Trouble } from "#given/09-saga/network.ts";
import {
  type Command,
  commandOf,
  type Decision,
  type Order,
  orderProcess,
  type Process,
  type SagaData,
  type SagaEvent,
  type Way,
} from "#given/09-saga/process.ts";
import { Shop, type ShopOptions } from "#given/09-saga/shop.ts";
import { everyScenario, sweep } from "#given/09-saga/sweep.ts";
import { VirtualTime } from "#given/09-saga/virtual-time.ts";
import { decide } from "#lesson/09-saga/decide.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { timeline } from "#lesson/09-saga/timeline.ts";

const teapot: Order = { id: "order-15", item: "a teapot", cents: 2_500 };

type Kind = "done" | "refused" | "unanswered";

/** Which step and way a command belongs to. */
function placeOf(process: Process, command: string): { step: number; way: Way } {
  const step = process.steps.findIndex(
    ({ action, compensation }) => action === command || compensation === command,
  );
  const way = process.steps[step]?.action === command ? "forward" : "back";
  return { step, way };
}

/**
 * A journal told in words: `reserve the money: unanswered`. Each stands for the request and what
 * came of it; `again …` for the answer alone, `… : requested` for the request alone.
 */
function journalOf(lines: string[], process = orderProcess): SagaEvent[] {
  const ids = { correlationId: teapot.id, causationId: null };
  const events: SagaEvent[] = [
    createEvent("saga.started", { ...ids, kind: "started", order: teapot }, 0),
  ];
  const add = (kind: "requested" | Kind, command: string): void => {
    const attempt =
      1 +
      events.filter(({ data }) => data.kind === "unanswered" && data.command === command)
        .length;
    const data: SagaData = {
      ...ids,
      ...placeOf(process, command),
      kind,
      command,
      attempt,
    };
    events.push(
      createEvent(kind === "requested" ? "step.requested" : `step.${kind}`, data, 0),
    );
  };
  for (const line of lines) {
    const [, again, command = "", kind] =
      /^(again )?(.*): (requested|done|refused|unanswered)$/.exec(line) ?? [];
    if (!again) add("requested", command);
    if (kind !== "requested") add(kind as Kind, command);
  }
  return events;
}

function inWords(decision: Decision, process = orderProcess): string {
  if (decision.type === "end") return decision.name;
  const { step, way, attempt } = decision;
  return `${commandOf(process, step, way)}, attempt ${attempt}`;
}

function next(lines: string[], process = orderProcess): string {
  return inWords(decide(process, journalOf(lines, process)), process);
}

/** Plays a saga with `decide` alone: what it asks for, when these commands fail like this. */
function playOut(failures: Record<string, Kind[]>, process = orderProcess): string[] {
  const lines: string[] = [];
  const asked: string[] = [];
  while (asked.length < 50) {
    const decision = decide(process, journalOf(lines, process));
    asked.push(
      decision.type === "end"
        ? decision.name
        : commandOf(process, decision.step, decision.way),
    );
    if (decision.type === "end") break;
    const command = commandOf(process, decision.step, decision.way);
    const times = asked.filter((each) => each === command).length;
    lines.push(`${command}: ${failures[command]?.[times - 1] ?? "done"}`);
  }
  return asked;
}

const never: Kind[] = Array.from({ length: 9 }, () => "unanswered");
const refusing: Kind[] = Array.from({ length: 9 }, () => "refused");

// Step 1 · One after the other

test("step 1 · a new saga begins by placing the order", () => {
  assert.equal(next([]), "place the order, attempt 1");
});

test("step 1 · when the order is placed, the money is reserved", () => {
  assert.equal(next(["place the order: done"]), "reserve the money, attempt 1");
});

test("step 1 · all steps in their order, then the saga is completed", () => {
  assert.deepEqual(playOut({}), [
    "place the order",
    "reserve the money",
    "confirm the order",
    "deliver the order",
    "collect the money",
    "saga.completed",
  ]);
});

test("step 1 · what was asked for and has no answer yet is asked for again", () => {
  const decision = next(["place the order: done", "reserve the money: requested"]);
  assert.equal(decision, "reserve the money, attempt 1");
});

test("step 1 · an answer that comes twice counts once", () => {
  const decision = next(["place the order: done", "again place the order: done"]);
  assert.equal(decision, "reserve the money, attempt 1");
});

test("step 1 · any process will do, whatever its steps are called", () => {
  const patience = { participant: "kitchen", attempts: 2, timeLimit: 10, pause: 1 };
  const baking: Process = {
    steps: [
      { action: "knead", compensation: "throw away", ...patience },
      { action: "bake", ...patience },
    ],
    pivot: 0,
  };
  assert.deepEqual(playOut({}, baking), ["knead", "bake", "saga.completed"]);
});

test("step 1 · the same journal gives the same decision, and stays as it is", () => {
  const journal = journalOf(["place the order: done"]);
  const before = JSON.stringify(journal);
  Object.freeze(journal);
  const decisions = [decide(orderProcess, journal), decide(orderProcess, journal)];
  assert.deepEqual(decisions[0], decisions[1]);
  assert.equal(JSON.stringify(journal), before);
});

// Step 2 · A refusal turns the saga back

test("step 2 · when the money is refused, the order is cancelled", () => {
  const decision = next(["place the order: done", "reserve the money: refused"]);
  assert.equal(decision, "cancel the order, attempt 1");
});

test("step 2 · what was done is taken back in reverse, then the saga is cancelled", () => {
  assert.deepEqual(playOut({ "confirm the order": ["refused"] }), [
    "place the order",
    "reserve the money",
    "confirm the order",
    "release the money",
    "cancel the order",
    "saga.cancelled",
  ]);
});

test("step 2 · whoever refused has done nothing that could be taken back", () => {
  assert.deepEqual(playOut({ "place the order": ["refused"] }), [
    "place the order",
    "saga.cancelled",
  ]);
});

test("step 2 · a refusal that comes twice counts once", () => {
  const decision = next([
    "place the order: done",
    "reserve the money: done",
    "confirm the order: refused",
    "again confirm the order: refused",
  ]);
  assert.equal(decision, "release the money, attempt 1");
});

test("step 2 · a compensation that is done twice counts once", () => {
  const decision = next([
    "place the order: done",
    "reserve the money: done",
    "confirm the order: refused",
    "release the money: done",
    "again release the money: done",
  ]);
  assert.equal(decision, "cancel the order, attempt 1");
});

// Step 3 · No answer

test("step 3 · no answer: the same is asked again", () => {
  const decision = next(["place the order: done", "reserve the money: unanswered"]);
  assert.equal(decision, "reserve the money, attempt 2");
});

test("step 3 · an answer at the second attempt is an answer, and the next step starts afresh", () => {
  const decision = next([
    "place the order: unanswered",
    "place the order: done",
    "reserve the money: unanswered",
  ]);
  assert.equal(decision, "reserve the money, attempt 2");
});

test("step 3 · three times no answer: it may have happened, so it is taken back too", () => {
  assert.deepEqual(playOut({ "reserve the money": never }), [
    "place the order",
    "reserve the money",
    "reserve the money",
    "reserve the money",
    "release the money",
    "cancel the order",
    "saga.cancelled",
  ]);
});

test("step 3 · the number of attempts is the step's own", () => {
  const steps = orderProcess.steps.map((step, index) => ({
    ...step,
    attempts: index + 1,
  }));
  const asked = playOut({ "confirm the order": never }, { ...orderProcess, steps });
  assert.deepEqual(asked.slice(2, 6), [
    "confirm the order",
    "confirm the order",
    "confirm the order",
    "withdraw the confirmation",
  ]);
  assert.equal(
    playOut({ "place the order": never }, { ...orderProcess, steps }).length,
    3,
  );
});

test("step 3 · a yes that comes too late does not turn the saga forward again", () => {
  const lines = [
    "place the order: done",
    "reserve the money: unanswered",
    "reserve the money: unanswered",
    "reserve the money: unanswered",
    "again reserve the money: done",
  ];
  assert.equal(next(lines), "release the money, attempt 1");
  assert.equal(
    next([...lines, "release the money: done"]),
    "cancel the order, attempt 1",
  );
});

test("step 3 · a late yes while the same is asked again counts", () => {
  const lines = ["place the order: unanswered", "place the order: requested"];
  const decision = next([...lines, "again place the order: done"]);
  assert.equal(decision, "reserve the money, attempt 1");
});

test("step 3 · a late silence about a step that is done means nothing", () => {
  const decision = next(["place the order: done", "again place the order: unanswered"]);
  assert.equal(decision, "reserve the money, attempt 1");
});

test("step 3 · no answer, then a refusal: nothing was done", () => {
  assert.deepEqual(playOut({ "reserve the money": ["unanswered", "refused"] }), [
    "place the order",
    "reserve the money",
    "reserve the money",
    "cancel the order",
    "saga.cancelled",
  ]);
});

// Step 4 · No way back

test("step 4 · beyond the point of no return nothing is taken back: stuck", () => {
  assert.deepEqual(playOut({ "deliver the order": never }).slice(3), [
    "deliver the order",
    "deliver the order",
    "deliver the order",
    "saga.stuck",
  ]);
});

test("step 4 · beyond the point of no return a refusal is no reason to turn back", () => {
  assert.deepEqual(playOut({ "deliver the order": ["refused"] }).slice(3), [
    "deliver the order",
    "deliver the order",
    "collect the money",
    "saga.completed",
  ]);
});

test("step 4 · the pivot itself can still be taken back", () => {
  assert.deepEqual(playOut({ "confirm the order": never }).slice(5), [
    "withdraw the confirmation",
    "release the money",
    "cancel the order",
    "saga.cancelled",
  ]);
});

test("step 4 · a compensation that gets no answer, or a no, is asked for again", () => {
  const asked = playOut({
    "confirm the order": ["refused"],
    "release the money": ["unanswered", "refused"],
  });
  assert.deepEqual(asked.slice(3), [
    "release the money",
    "release the money",
    "release the money",
    "cancel the order",
    "saga.cancelled",
  ]);
});

test("step 4 · a compensation that keeps failing: stuck, and nothing else is taken back", () => {
  for (const failures of [never, refusing]) {
    const asked = playOut({
      "confirm the order": ["refused"],
      "release the money": failures,
    });
    assert.deepEqual(asked.slice(3), [
      "release the money",
      "release the money",
      "release the money",
      "saga.stuck",
    ]);
  }
});

test("step 4 · a saga that is stuck says at what", () => {
  const decision = decide(
    orderProcess,
    journalOf([
      "place the order: done",
      "reserve the money: refused",
      "cancel the order: unanswered",
      "cancel the order: unanswered",
      "cancel the order: unanswered",
    ]),
  );
  assert.match(
    decision.type === "end" ? (decision.reason ?? "") : "",
    /cancel the order/,
  );
});

test("step 4 · where the point of no return lies is up to the process", () => {
  const early: Process = { ...orderProcess, pivot: 0 };
  assert.deepEqual(playOut({ "reserve the money": refusing }, early), [
    "place the order",
    "reserve the money",
    "reserve the money",
    "reserve the money",
    "saga.stuck",
  ]);
});

// Step 5 · Write down, ask, write down

interface Setting {
  troubles?: Trouble[];
  shop?: ShopOptions;
  journal?: Journal & { events?: readonly SagaEvent[] };
}

/** A shop, its network, a journal and an orchestrator; time is real, and nobody waits. */
function openShop({ troubles = [], shop: options = {}, journal }: Setting = {}) {
  const shop = new Shop(options);
  const time = new VirtualTime();
  const network = new Network((command) => shop.handle(command), time.timer, troubles);
  const memory = new MemoryJournal();
  const common = {
    process: orderProcess,
    journal: journal ?? memory,
    send: network.send,
    clock: time.clock,
  };
  return { shop, time, network, journal: memory, common };
}

function names(journal: Journal, saga = teapot.id): string[] {
  return journal.of(saga).map(({ name }) => name);
}

test("step 5 · an order goes all the way", async () => {
  const { shop, common } = openShop();
  const end = await new Orchestrator(common).start(teapot);
  assert.equal(end, "saga.completed");
  assert.deepEqual(shop.effects, [
    "order.placed order-15",
    "money.reserved order-15",
    "order.confirmed order-15",
    "order.delivered order-15",
    "money.collected order-15",
  ]);
});

test("step 5 · the journal tells everything, in the past tense", async () => {
  const { journal, common } = openShop();
  await new Orchestrator(common).start(teapot);
  assert.deepEqual(names(journal), [
    "saga.started",
    "step.requested",
    "order.placed",
    "step.requested",
    "money.reserved",
    "step.requested",
    "order.confirmed",
    "step.requested",
    "order.delivered",
    "step.requested",
    "money.collected",
    "saga.completed",
  ]);
});

test("step 5 · what will be asked stands in the journal before anybody is asked", async () => {
  const { shop, journal, common } = openShop();
  const newest: string[] = [];
  const send = async (command: Command) => {
    const { name, data } = journal.of(teapot.id).at(-1) ?? {};
    newest.push(data && "command" in data ? `${name}: ${data.command}` : `${name}`);
    return shop.handle(command);
  };
  await new Orchestrator({ ...common, send }).start(teapot);
  assert.deepEqual(newest, [
    "step.requested: place the order",
    "step.requested: reserve the money",
    "step.requested: confirm the order",
    "step.requested: deliver the order",
    "step.requested: collect the money",
  ]);
});

test("step 5 · nothing goes on before the journal has stored it", async () => {
  const { shop, common } = openShop();
  const stored = new MemoryJournal();
  const slow: Journal = {
    of: (saga) => stored.of(saga),
    sagas: () => stored.sagas(),
    append: async (event) => {
      for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate);
      await stored.append(event);
    },
  };
  const unknown: string[] = [];
  const send = async (command: Command) => {
    const last = stored.of(teapot.id).at(-1);
    if (last?.id !== command.causationId) unknown.push(command.name);
    return shop.handle(command);
  };
  const end = await new Orchestrator({ ...common, journal: slow, send }).start(teapot);
  assert.equal(end, "saga.completed");
  assert.equal(endOf(stored, teapot.id), "saga.completed");
  assert.deepEqual(unknown, []);
});

test("step 5 · a refusal is written down with its reason, and all is taken back", async () => {
  const { shop, journal, common } = openShop({ shop: { stock: 0 } });
  const end = await new Orchestrator(common).start(teapot);
  assert.equal(end, "saga.cancelled");
  assert.deepEqual(
    names(journal).filter((name) => name !== "step.requested"),
    [
      "saga.started",
      "order.placed",
      "money.reserved",
      "order.rejected",
      "money.released",
      "order.cancelled",
      "saga.cancelled",
    ],
  );
  assert.equal(shop.books.customer, 10_000);
  const refused = journal.of(teapot.id).find(({ data }) => data.kind === "refused")?.data;
  assert.equal(refused && "reason" in refused ? refused.reason : "", "out of stock");
});

test("step 5 · every event carries the correlation id, and the id of what led to it", async () => {
  const { journal, common } = openShop({ shop: { cents: 0 } });
  await new Orchestrator(common).start(teapot);
  const events = journal.of(teapot.id);
  const because = events.map(({ name, data }) => {
    const cause = events.findIndex(({ id }) => id === data.causationId);
    return `${name} ← ${events[cause]?.name ?? data.causationId}`;
  });
  assert.deepEqual(because, [
    "saga.started ← null",
    "step.requested ← saga.started",
    "order.placed ← step.requested",
    "step.requested ← order.placed",
    "money.refused ← step.requested",
    "step.requested ← money.refused",
    "order.cancelled ← step.requested",
    "saga.cancelled ← order.cancelled",
  ]);
  assert.deepEqual(
    [...new Set(events.map(({ data }) => data.correlationId))],
    [teapot.id],
  );
});

test("step 5 · a step has one key, forward and back, that no other step has", async () => {
  const { network, common } = openShop({ shop: { stock: 0 } });
  const orchestrator = new Orchestrator(common);
  await orchestrator.start(teapot);
  await orchestrator.start({ ...teapot, id: "order-16" });
  const keyOf = (saga: string, name: string) =>
    network.sent.find((each) => each.name === name && each.correlationId === saga)?.key;
  assert.equal(
    keyOf("order-15", "release the money"),
    keyOf("order-15", "reserve the money"),
  );
  assert.equal(
    keyOf("order-15", "cancel the order"),
    keyOf("order-15", "place the order"),
  );
  assert.equal(new Set(network.sent.map(({ key }) => key)).size, 6);
});

test("step 5 · a command says who is asked for what, which way, and for which order", async () => {
  const { network, common } = openShop({ shop: { stock: 0 } });
  await new Orchestrator(common).start(teapot);
  const told = network.sent.map(
    ({ participant, name, way, order }) => `${participant}: ${name} ${way} ${order.item}`,
  );
  assert.deepEqual(told, [
    "orders: place the order forward a teapot",
    "payment: reserve the money forward a teapot",
    "warehouse: confirm the order forward a teapot",
    "payment: release the money back a teapot",
    "orders: cancel the order back a teapot",
  ]);
});

test("step 5 · many sagas at once keep apart", async () => {
  const { shop, journal, common } = openShop();
  const orchestrator = new Orchestrator(common);
  const orders = [1, 2, 3, 4, 5].map((number) => ({ ...teapot, id: `order-${number}` }));
  const ends = await Promise.all(orders.map((order) => orchestrator.start(order)));
  // The customer can pay for four teapots.
  assert.deepEqual(ends.filter((end) => end === "saga.cancelled").length, 1);
  assert.equal(shop.books.till, 10_000);
  assert.deepEqual(
    orders.map(({ id }) => names(journal, id)[0]),
    orders.map(() => "saga.started"),
  );
});

test("step 5 · events are stamped with the clock that was given", async () => {
  const { journal, common } = openShop();
  let now = 0;
  const clock = () => {
    now += 10;
    return now;
  };
  await new Orchestrator({ ...common, clock }).start(teapot);
  const times = journal.of(teapot.id).map(({ timestamp }) => timestamp);
  assert.deepEqual(times.slice(0, 3), [10, 20, 30]);
});

// Step 6 · Time limits and attempts

function patientShop(setting: Setting = {}) {
  const parts = openShop(setting);
  const { time, common } = parts;
  return { ...parts, common: { ...common, timer: time.timer } };
}

/** `place the order at 1000`, for every request. */
function requests(journal: Journal): string[] {
  return journal
    .of(teapot.id)
    .flatMap(({ data, timestamp }) =>
      data.kind === "requested" ? [`${data.command} at ${timestamp}`] : [],
    );
}

test("step 6 · no answer within the time limit: written down, and asked again", async () => {
  const { journal, time, common } = patientShop({
    troubles: [{ command: "reserve the money", fault: "command lost", times: 1 }],
  });
  const end = await time.until(new Orchestrator(common).start(teapot));
  assert.equal(end, "saga.completed");
  assert.deepEqual(names(journal).slice(3, 7), [
    "step.requested",
    "step.unanswered",
    "step.requested",
    "money.reserved",
  ]);
});

test("step 6 · pauses between attempts double", async () => {
  const { journal, time, common } = patientShop({
    troubles: [{ command: "place the order", fault: "command lost" }],
  });
  await time.until(new Orchestrator(common).start(teapot));
  assert.deepEqual(requests(journal).slice(0, 4), [
    "place the order at 0",
    "place the order at 1100",
    "place the order at 2300",
    "cancel the order at 3300",
  ]);
});

test("step 6 · every attempt has the same key, so that the money is reserved once", async () => {
  const { shop, network, time, common } = patientShop({
    troubles: [{ command: "reserve the money", fault: "answer lost", times: 2 }],
  });
  await time.until(new Orchestrator(common).start(teapot));
  const keys = network.sent
    .filter(({ name }) => name === "reserve the money")
    .map(({ key }) => key);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.equal(shop.books.customer, 7_500);
  assert.equal(shop.books.till, 2_500);
});

test("step 6 · what may have happened is taken back, whether it had happened or not", async () => {
  for (const fault of ["command lost", "answer lost", "command very late"] as const) {
    const { shop, time, common } = patientShop({
      troubles: [{ command: "reserve the money", fault }],
    });
    const end = await time.until(new Orchestrator(common).start(teapot));
    await time.untilQuiet();
    assert.equal(end, "saga.cancelled");
    assert.equal(shop.books.customer, 10_000);
    assert.equal(shop.books.reserved.size, 0);
  }
});

test("step 6 · a broken connection is no answer: the reason is written down", async () => {
  const { journal, time, common } = patientShop({
    troubles: [{ command: "place the order", fault: "error after", times: 1 }],
  });
  const end = await time.until(new Orchestrator(common).start(teapot));
  assert.equal(end, "saga.completed");
  const silence = journal.of(teapot.id).find(({ name }) => name === "step.unanswered");
  assert.match(
    silence && "reason" in silence.data ? (silence.data.reason ?? "") : "",
    /connection reset/,
  );
});

test("step 6 · an answer that comes late is written down too, with what had led to it", async () => {
  const { journal, time, common } = patientShop({
    troubles: [{ command: "reserve the money", fault: "answer very late" }],
  });
  const end = await time.until(new Orchestrator(common).start(teapot));
  await time.untilQuiet();
  assert.equal(end, "saga.cancelled");
  const events = journal.of(teapot.id);
  const late = events.filter(({ name }) => name === "money.reserved");
  const firstRequest = events.find(
    ({ data }) => data.kind === "requested" && data.command === "reserve the money",
  );
  assert.equal(late.length, 3);
  assert.equal(late[0]?.data.causationId, firstRequest?.id);
});

test("step 6 · a late answer while the next attempt is under way does no harm", async () => {
  const { shop, time, common } = patientShop({
    troubles: [{ command: "reserve the money", fault: "answer late", times: 2 }],
  });
  const end = await time.until(new Orchestrator(common).start(teapot));
  await time.untilQuiet();
  assert.equal(end, "saga.completed");
  assert.deepEqual(
    shop.effects.filter((effect) => effect.startsWith("money")),
    ["money.reserved order-15", "money.collected order-15"],
  );
});

test("step 6 · the time limit is the step's own", async () => {
  const { journal, time, common } = patientShop({
    troubles: [{ command: "place the order", fault: "command lost", times: 1 }],
  });
  const steps = orderProcess.steps.map((step) => ({ ...step, timeLimit: 50, pause: 7 }));
  const process = { ...orderProcess, steps };
  await time.until(new Orchestrator({ ...common, process }).start(teapot));
  assert.deepEqual(requests(journal).slice(0, 2), [
    "place the order at 0",
    "place the order at 57",
  ]);
});

test("step 6 · an answer in time calls the alarm clock off", async () => {
  const { time, common } = patientShop();
  await time.until(new Orchestrator(common).start(teapot));
  await new Promise(setImmediate);
  assert.equal(time.waiting, 0);
  assert.equal(time.now, 0);
});

// Step 7 · Crash anywhere, restart, go on

function alarmedShop(setting: Setting = {}) {
  const parts = patientShop(setting);
  const told: SagaEvent[] = [];
  const alarm = (event: SagaEvent) => void told.push(event);
  return { ...parts, told, common: { ...parts.common, alarm } };
}

test("step 7 · after a restart the saga goes on where it was", async () => {
  const { shop, network, time, common } = alarmedShop();
  const whole = new MemoryJournal();
  await time.until(new Orchestrator({ ...common, journal: whole }).start(teapot));
  const askedBefore = network.sent.length;

  const journal = new MemoryJournal(whole.of(teapot.id).slice(0, 6));
  await time.until(new Orchestrator({ ...common, journal }).resume());
  assert.equal(endOf(journal, teapot.id), "saga.completed");
  assert.deepEqual(
    network.sent.slice(askedBefore).map(({ name }) => name),
    ["confirm the order", "deliver the order", "collect the money"],
  );
  assert.equal(shop.books.till, 2_500);
});

test("step 7 · all sagas that have not ended go on, the others are left alone", async () => {
  const { journal, network, time, common } = alarmedShop();
  await time.until(new Orchestrator(common).start(teapot));
  for (const id of ["order-16", "order-17"]) {
    const data = { correlationId: id, causationId: null, kind: "started" as const };
    const order = { ...teapot, id };
    await journal.append(createEvent("saga.started", { ...data, order }, 0));
  }
  const askedBefore = network.sent.length;
  await time.until(new Orchestrator(common).resume());
  assert.deepEqual(
    journal.sagas().map((saga) => endOf(journal, saga)),
    ["saga.completed", "saga.completed", "saga.completed"],
  );
  assert.equal(names(journal).length, 12);
  assert.equal(network.sent.length - askedBefore, 10);
});

test("step 7 · the same order twice, at once or later, is one saga", async () => {
  const { shop, journal, network, time, common } = alarmedShop();
  const orchestrator = new Orchestrator(common);
  const twice = Promise.all([orchestrator.start(teapot), orchestrator.start(teapot)]);
  const ends = await time.until(twice);
  ends.push(await time.until(orchestrator.start(teapot)));
  assert.deepEqual(ends, ["saga.completed", "saga.completed", "saga.completed"]);
  assert.equal(names(journal).length, 12);
  assert.equal(network.sent.length, 5);
  assert.equal(shop.books.till, 2_500);
});

test("step 7 · starting an order that a resume has in hand is one saga", async () => {
  const { journal, network, time, common } = alarmedShop();
  const ids = { correlationId: teapot.id, causationId: null, kind: "started" as const };
  await journal.append(createEvent("saga.started", { ...ids, order: teapot }, 0));
  const orchestrator = new Orchestrator(common);
  await time.until(Promise.all([orchestrator.resume(), orchestrator.start(teapot)]));
  assert.equal(names(journal).length, 12);
  assert.equal(network.sent.length, 5);
});

test("step 7 · somebody is told of a saga that is stuck, and of no other", async () => {
  const { told, time, common } = alarmedShop({
    troubles: [{ command: "deliver the order", fault: "command lost" }],
  });
  const orchestrator = new Orchestrator(common);
  const end = await time.until(orchestrator.start(teapot));
  assert.equal(end, "saga.stuck");
  const reasons = told.map(({ name, data }) => [
    name,
    data.correlationId,
    data.kind === "ended" && /deliver the order/.test(data.reason ?? ""),
  ]);
  assert.deepEqual(reasons, [["saga.stuck", "order-15", true]]);

  const healthy = alarmedShop();
  await healthy.time.until(new Orchestrator(healthy.common).start(teapot));
  assert.deepEqual(healthy.told, []);
});

test("step 7 · the end is written down only when somebody has been told", async () => {
  const { journal, time, common } = alarmedShop({
    troubles: [{ command: "collect the money", fault: "error before" }],
  });
  const deaf = () => Promise.reject(new Error("nobody at the desk"));
  const first = new Orchestrator({ ...common, alarm: deaf });
  await assert.rejects(time.until(first.start(teapot)), /nobody at the desk/);
  assert.equal(endOf(journal, teapot.id), undefined);

  const told: string[] = [];
  const alarm = (event: SagaEvent) => void told.push(event.name);
  await time.until(new Orchestrator({ ...common, alarm }).resume());
  assert.deepEqual(told, ["saga.stuck"]);
  assert.equal(endOf(journal, teapot.id), "saga.stuck");
});

test("step 7 · a full disk stops the saga; when there is room again, it goes on", async () => {
  const { shop, time, common } = alarmedShop();
  const stored = new MemoryJournal();
  let room = 4;
  const journal: Journal = {
    of: (saga) => stored.of(saga),
    sagas: () => stored.sagas(),
    append: async (event) => {
      if (room === 0) throw new Error("no space left on device");
      room -= 1;
      await stored.append(event);
    },
  };
  const orchestrator = new Orchestrator({ ...common, journal });
  await assert.rejects(time.until(orchestrator.start(teapot)), /no space left/);
  room = 100;
  assert.equal(await time.until(orchestrator.start(teapot)), "saga.completed");
  assert.equal(shop.books.till, 2_500);
});

test("step 7 · whatever fails, however: every saga ends as it should", async () => {
  const result = await sweep((options) => new Orchestrator(options), { crashes: 0 });
  assert.deepEqual(result.failures, []);
});

test("step 7 · a crash at every point of the journal, and on it goes", async () => {
  const scenarios = everyScenario().filter((_, index) => index % 14 === 0);
  const result = await sweep((options) => new Orchestrator(options), { scenarios });
  assert.deepEqual(result.failures, []);
});

// Step 8 · The timeline

/** A short journal, with another saga between its lines. */
function story(): SagaEvent[] {
  const ids = (correlationId: string, cause?: SagaEvent) => ({
    correlationId,
    causationId: cause?.id ?? null,
  });
  const about = { step: 0, way: "forward" as const, command: "place the order" };
  const other = createEvent(
    "saga.started",
    {
      ...ids("order-16"),
      kind: "started" as const,
      order: { ...teapot, id: "order-16" },
    },
    4_990,
  );
  const started = createEvent(
    "saga.started",
    { ...ids("order-15"), kind: "started" as const, order: teapot },
    5_000,
  );
  const step = (
    name: string,
    kind: "requested" | Kind,
    attempt: number,
    cause: SagaEvent,
    timestamp: number,
    reason?: string,
  ) =>
    createEvent(
      name,
      { ...ids("order-15", cause), ...about, kind, attempt, ...(reason && { reason }) },
      timestamp,
    );
  const first = step("step.requested", "requested", 1, started, 5_001);
  const silence = step("step.unanswered", "unanswered", 1, first, 6_001, "no answer");
  const second = step("step.requested", "requested", 2, silence, 6_101);
  const late = step("order.placed", "done", 1, first, 6_150);
  const answer = step("order.placed", "done", 2, second, 6_200);
  const otherEnd = createEvent(
    "saga.cancelled",
    { ...ids("order-16", other), kind: "ended" as const },
    6_300,
  );
  const end = createEvent(
    "saga.stuck",
    { ...ids("order-15", answer), kind: "ended" as const, reason: "it rains" },
    7_000,
  );
  return [other, started, first, silence, second, late, otherEnd, answer, end];
}

function column<Key extends keyof TimelineRow>(key: Key): TimelineRow[Key][] {
  return timeline(story(), "order-15").map((row) => row[key]);
}

test("step 8 · a timeline has a row for each event of its saga, numbered from 1", () => {
  assert.deepEqual(column("line"), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(column("name"), [
    "saga.started",
    "step.requested",
    "step.unanswered",
    "step.requested",
    "order.placed",
    "order.placed",
    "saga.stuck",
  ]);
  assert.deepEqual(column("kind"), [
    "started",
    "requested",
    "unanswered",
    "requested",
    "done",
    "done",
    "ended",
  ]);
});

test("step 8 · time counts from the saga's own beginning", () => {
  assert.deepEqual(column("after"), [0, 1, 1_001, 1_101, 1_150, 1_200, 2_000]);
});

test("step 8 · a row names the line that led to it", () => {
  assert.deepEqual(column("because"), [null, 1, 2, 3, 2, 4, 6]);
});

test("step 8 · the text says what was ordered, asked for, or why not", () => {
  assert.deepEqual(column("text"), [
    "a teapot",
    "place the order",
    "no answer",
    "place the order, attempt 2",
    "",
    "",
    "it rains",
  ]);
});

test("step 8 · an answer to a request that was given up is late", () => {
  assert.deepEqual(column("late"), [false, false, false, false, true, false, false]);
});

test("step 8 · of an unknown saga there is nothing to tell", () => {
  assert.deepEqual(timeline(story(), "order-99"), []);
  assert.deepEqual(timeline([], "order-15"), []);
});

test("step 8 · any iterable of events will do", () => {
  function* events() {
    yield* story();
  }
  assert.equal(timeline(events(), "order-15").length, 7);
});
