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
import { TodoError } from "#todo";

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

/** `… out of stock …` of a reason with these words in it, whatever else it says. */
function mentioning(words: string, reason: string | undefined): string {
  return reason?.includes(words) ? `… ${words} …` : (reason ?? "no reason");
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

test("step 1 · an answer that comes again when the saga is further on changes nothing", () => {
  const decision = next([
    "place the order: done",
    "reserve the money: done",
    "again place the order: done",
  ]);
  assert.equal(decision, "confirm the order, attempt 1");
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
  const before = structuredClone(journal);
  Object.freeze(journal);
  const decisions = [decide(orderProcess, journal), decide(orderProcess, journal)];
  assert.deepEqual(
    decisions.map((decision) => inWords(decision)),
    ["reserve the money, attempt 1", "reserve the money, attempt 1"],
  );
  assert.deepEqual(journal, before);
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

test("step 2 · a refusal that comes again when the saga is further back changes nothing", () => {
  const decision = next([
    "place the order: done",
    "reserve the money: done",
    "confirm the order: refused",
    "release the money: done",
    "again confirm the order: refused",
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
  assert.deepEqual(playOut({ "place the order": never }, { ...orderProcess, steps }), [
    "place the order",
    "cancel the order",
    "saga.cancelled",
  ]);
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

test("step 3 · the way back begins with a first attempt, however often was asked before", () => {
  const lines = [
    "place the order: done",
    "reserve the money: unanswered",
    "reserve the money: unanswered",
  ];
  assert.deepEqual(
    {
      "refused at the third attempt": next([...lines, "reserve the money: refused"]),
      "no answer to the third": next([...lines, "reserve the money: unanswered"]),
    },
    {
      "refused at the third attempt": "cancel the order, attempt 1",
      "no answer to the third": "release the money, attempt 1",
    },
  );
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

test("step 4 · a late failure of what is done is no failure of what comes after it", () => {
  const back = [
    "place the order: done",
    "reserve the money: done",
    "confirm the order: refused",
    "release the money: done",
  ];
  const beyond = [
    "place the order: done",
    "reserve the money: done",
    "confirm the order: done",
    "deliver the order: done",
  ];
  assert.deepEqual(
    {
      "late silence about a compensation": next([
        ...back,
        "again release the money: unanswered",
      ]),
      "late refusal of a compensation": next([
        ...back,
        "again release the money: refused",
      ]),
      "late silence beyond the point of no return": next([
        ...beyond,
        "again deliver the order: unanswered",
      ]),
      "late refusal beyond the point of no return": next([
        ...beyond,
        "again deliver the order: refused",
      ]),
    },
    {
      "late silence about a compensation": "cancel the order, attempt 1",
      "late refusal of a compensation": "cancel the order, attempt 1",
      "late silence beyond the point of no return": "collect the money, attempt 1",
      "late refusal beyond the point of no return": "collect the money, attempt 1",
    },
  );
});

test("step 4 · a late no to an action is no failure of its compensation", () => {
  const lines = [
    "place the order: done",
    "reserve the money: unanswered",
    "reserve the money: unanswered",
    "reserve the money: unanswered",
    "again reserve the money: refused",
  ];
  assert.equal(next(lines), "release the money, attempt 1");
});

test("step 4 · how many failures are too many is up to the step", () => {
  const steps = orderProcess.steps.map((step, index) => ({
    ...step,
    attempts: index + 1,
  }));
  const process = { ...orderProcess, steps };
  assert.deepEqual(
    {
      "the first step has one attempt": playOut(
        { "reserve the money": ["refused"], "cancel the order": never },
        process,
      ).slice(2),
      "the fourth has four": playOut({ "deliver the order": never }, process).slice(3),
    },
    {
      "the first step has one attempt": ["cancel the order", "saga.stuck"],
      "the fourth has four": [
        "deliver the order",
        "deliver the order",
        "deliver the order",
        "deliver the order",
        "saga.stuck",
      ],
    },
  );
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
  assert.deepEqual(
    {
      decision: inWords(decision),
      reason: mentioning(
        "cancel the order",
        decision.type === "end" ? decision.reason : undefined,
      ),
    },
    { decision: "saga.stuck", reason: "… cancel the order …" },
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

/** What a command asks for, or how an event is called. */
function called({ name, data }: SagaEvent): string {
  return data.kind === "requested" ? `${data.command}, attempt ${data.attempt}` : name;
}

/** `money.reserved ← reserve the money, attempt 1` for every event of the saga. */
function causes(journal: Journal): string[] {
  const events = journal.of(teapot.id);
  return events.map((event) => {
    const cause = events.find(({ id }) => id === event.data.causationId);
    return `${called(event)} ← ${cause ? called(cause) : event.data.causationId}`;
  });
}

function reasonOf(event: SagaEvent | undefined): string | undefined {
  return event && "reason" in event.data ? event.data.reason : undefined;
}

/** Takes its time to write: whoever does not wait for it goes on with nothing stored. */
function slowJournal(): { stored: MemoryJournal; slow: Journal } {
  const stored = new MemoryJournal();
  const slow: Journal = {
    of: (saga) => stored.of(saga),
    sagas: () => stored.sagas(),
    append: async (event) => {
      for (let turns = 0; turns < 5; turns += 1) await null;
      await stored.append(event);
    },
  };
  return { stored, slow };
}

/** Writes into memory what is not refused. */
function brokenJournal(refuses: (event: SagaEvent) => boolean, why: string) {
  const stored = new MemoryJournal();
  const error = new Error(why);
  // Its stack would lead to the line that writes, not to the one that lets it go.
  error.stack = `${error}`;
  const broken: Journal = {
    of: (saga) => stored.of(saga),
    sagas: () => stored.sagas(),
    append: async (event) => {
      if (refuses(event)) throw error;
      await stored.append(event);
    },
  };
  return { stored, broken };
}

/** How a promise settles, in words. */
async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    return `resolves with ${await work}`;
  } catch (error) {
    if (error instanceof TodoError) throw error;
    return `rejects: ${error instanceof Error ? error.message : error}`;
  }
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
  const { network, common } = openShop();
  const { stored, slow } = slowJournal();
  const unstored: string[] = [];
  const send = async (command: Command) => {
    const newest = stored.of(teapot.id).at(-1)?.data;
    const isStored = newest?.kind === "requested" && newest.command === command.name;
    if (!isStored) unstored.push(command.name);
    return network.send(command);
  };
  const end = await new Orchestrator({ ...common, journal: slow, send }).start(teapot);
  assert.deepEqual(
    {
      end,
      asked: network.sent.map(({ name }) => name),
      askedBeforeItWasStored: unstored,
      journal: names(stored).filter((name) => name !== "step.requested"),
    },
    {
      end: "saga.completed",
      asked: orderProcess.steps.map(({ action }) => action),
      askedBeforeItWasStored: [],
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

test("step 5 · a refusal is written down with its reason, and all is taken back", async () => {
  const { journal, common } = openShop({ shop: { stock: 0 } });
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
  const refused = journal.of(teapot.id).find(({ data }) => data.kind === "refused");
  assert.deepEqual({ reason: reasonOf(refused) }, { reason: "out of stock" });
});

test("step 5 · the end of a saga that is stuck is written down with its reason", async (t) => {
  // Whoever tells somebody of it already does so aloud.
  t.mock.method(console, "error", () => {});
  const { journal, common } = openShop({
    troubles: [{ command: "collect the money", fault: "refused" }],
  });
  const steps = orderProcess.steps.map((step) => ({ ...step, attempts: 1 }));
  const process = { ...orderProcess, steps };
  const end = await new Orchestrator({ ...common, process }).start(teapot);
  const last = journal.of(teapot.id).at(-1);
  assert.deepEqual(
    { end, name: last?.name, reason: mentioning("collect the money", reasonOf(last)) },
    { end: "saga.stuck", name: "saga.stuck", reason: "… collect the money …" },
  );
});

test("step 5 · every event carries the correlation id, and the id of what led to it", async () => {
  const { journal, common } = openShop({ shop: { cents: 0 } });
  await new Orchestrator(common).start(teapot);
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
  assert.deepEqual(
    [...new Set(journal.of(teapot.id).map(({ data }) => data.correlationId))],
    [teapot.id],
  );
});

test("step 5 · a command carries the correlation id, and the id of its request", async () => {
  const { network, journal, common } = openShop({ shop: { cents: 0 } });
  await new Orchestrator(common).start(teapot);
  const told = network.sent.map(({ name, correlationId, causationId }) => {
    const cause = journal.of(teapot.id).find(({ id }) => id === causationId);
    return `${correlationId}: ${name} ← ${cause ? called(cause) : causationId}`;
  });
  assert.deepEqual(told, [
    "order-15: place the order ← place the order, attempt 1",
    "order-15: reserve the money ← reserve the money, attempt 1",
    "order-15: cancel the order ← cancel the order, attempt 1",
  ]);
});

test("step 5 · a step has one key, forward and back, that no other step has", async () => {
  const { shop, network, common } = openShop({ shop: { stock: 0 } });
  const orchestrator = new Orchestrator(common);
  await orchestrator.start(teapot);
  await orchestrator.start({ ...teapot, id: "order-16" });
  const keys = [...new Set(network.sent.map(({ key }) => key))];
  const told = network.sent.map(
    ({ key, name, correlationId }) =>
      `${correlationId}: ${name}, key number ${keys.indexOf(key) + 1}`,
  );
  assert.deepEqual(told, [
    "order-15: place the order, key number 1",
    "order-15: reserve the money, key number 2",
    "order-15: confirm the order, key number 3",
    "order-15: release the money, key number 2",
    "order-15: cancel the order, key number 1",
    "order-16: place the order, key number 4",
    "order-16: reserve the money, key number 5",
    "order-16: confirm the order, key number 6",
    "order-16: release the money, key number 5",
    "order-16: cancel the order, key number 4",
  ]);
  assert.deepEqual(
    { centsOfTheCustomer: shop.books.customer },
    { centsOfTheCustomer: 10_000 },
  );
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
  assert.deepEqual(
    { ends: ends.toSorted(), centsOfTheShop: shop.books.till },
    {
      ends: ["saga.cancelled", ...Array.from({ length: 4 }, () => "saga.completed")],
      centsOfTheShop: 10_000,
    },
  );
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
  const times = journal.of(teapot.id).map((event) => [called(event), event.timestamp]);
  assert.deepEqual(Object.fromEntries(times.slice(0, 3)), {
    "saga.started": 10,
    "place the order, attempt 1": 20,
    "order.placed": 30,
  });
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
  const steps = orderProcess.steps.map((step) => ({ ...step, attempts: 5 }));
  const process = { ...orderProcess, steps };
  await time.until(new Orchestrator({ ...common, process }).start(teapot));
  // Each attempt takes 1000 ms; the pauses are 100, 200, 400 and 800.
  assert.deepEqual(requests(journal), [
    "place the order at 0",
    "place the order at 1100",
    "place the order at 2300",
    "place the order at 3700",
    "place the order at 5500",
    "cancel the order at 6500",
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
  assert.deepEqual(
    {
      attempts: keys.length,
      differentKeys: new Set(keys).size,
      centsOfTheCustomer: shop.books.customer,
      centsOfTheShop: shop.books.till,
    },
    { attempts: 3, differentKeys: 1, centsOfTheCustomer: 7_500, centsOfTheShop: 2_500 },
  );
});

test("step 6 · what may have happened is taken back, whether it had happened or not", async () => {
  for (const fault of ["command lost", "answer lost", "command very late"] as const) {
    const { shop, time, common } = patientShop({
      troubles: [{ command: "reserve the money", fault }],
    });
    const end = await time.until(new Orchestrator(common).start(teapot));
    await time.untilQuiet();
    const { customer, reserved } = shop.books;
    assert.deepEqual(
      { fault, end, centsOfTheCustomer: customer, stillReserved: [...reserved] },
      { fault, end: "saga.cancelled", centsOfTheCustomer: 10_000, stillReserved: [] },
    );
  }
});

test("step 6 · a broken connection is no answer: the reason is written down", async () => {
  const { journal, time, common } = patientShop({
    troubles: [{ command: "place the order", fault: "error after", times: 1 }],
  });
  const end = await time.until(new Orchestrator(common).start(teapot));
  const silence = journal.of(teapot.id).find(({ name }) => name === "step.unanswered");
  assert.deepEqual(
    { end, reason: mentioning("connection reset", reasonOf(silence)) },
    { end: "saga.completed", reason: "… connection reset …" },
  );
});

test("step 6 · what cannot be written down is no silence: the saga stops", async () => {
  for (const kind of ["requested", "done"] as const) {
    const { time, common } = patientShop();
    let failures = 1;
    const { stored, broken } = brokenJournal(
      ({ data }) =>
        data.kind === kind && data.command === "reserve the money" && failures-- > 0,
      "no space left on device",
    );
    const orchestrator = new Orchestrator({ ...common, journal: broken });
    const start = await time.until(outcomeOf(orchestrator.start(teapot)));
    await time.untilQuiet();
    assert.deepEqual(
      {
        notWritten: `reserve the money: ${kind}`,
        start,
        silencesInTheJournal: names(stored).filter((name) => name === "step.unanswered"),
      },
      {
        notWritten: `reserve the money: ${kind}`,
        start: "rejects: no space left on device",
        silencesInTheJournal: [],
      },
    );
  }
});

test("step 6 · an answer that comes late is written down too, with what had led to it", async () => {
  const { journal, time, common } = patientShop({
    troubles: [{ command: "reserve the money", fault: "answer very late" }],
  });
  const end = await time.until(new Orchestrator(common).start(teapot));
  await time.untilQuiet();
  assert.equal(end, "saga.cancelled");
  assert.deepEqual(
    causes(journal).filter((line) => line.startsWith("money.reserved")),
    [
      "money.reserved ← reserve the money, attempt 1",
      "money.reserved ← reserve the money, attempt 2",
      "money.reserved ← reserve the money, attempt 3",
    ],
  );
});

test("step 6 · no answer is led to by its own request, whatever came late meanwhile", async () => {
  const { journal, time, common } = patientShop({
    troubles: [{ command: "place the order", fault: "answer late", times: 2 }],
  });
  await time.until(new Orchestrator(common).start(teapot));
  await time.untilQuiet();
  assert.deepEqual(
    causes(journal).filter((line) => /^(order\.placed|step\.unanswered)/.test(line)),
    [
      "step.unanswered ← place the order, attempt 1",
      "order.placed ← place the order, attempt 1",
      "step.unanswered ← place the order, attempt 2",
      "order.placed ← place the order, attempt 2",
    ],
  );
});

test("step 6 · a late answer that cannot be written down is let go", async () => {
  const { time, common } = patientShop({
    troubles: [{ command: "reserve the money", fault: "answer very late", times: 1 }],
  });
  let full = false;
  const { stored, broken } = brokenJournal(
    () => full,
    "the disk is full, and nobody catches that a late answer was not written down",
  );
  const end = await time.until(
    new Orchestrator({ ...common, journal: broken }).start(teapot),
  );
  full = true;
  await time.untilQuiet();
  assert.deepEqual(
    { end, newestInTheJournal: names(stored).at(-1) },
    { end: "saga.completed", newestInTheJournal: "saga.completed" },
  );
});

test("step 6 · nothing is asked again before the journal has stored that nobody answered", async () => {
  const { time, common } = patientShop({
    troubles: [{ command: "place the order", fault: "command lost", times: 1 }],
  });
  const { stored, slow } = slowJournal();
  await time.until(new Orchestrator({ ...common, journal: slow }).start(teapot));
  assert.deepEqual(causes(stored).slice(0, 5), [
    "saga.started ← null",
    "place the order, attempt 1 ← saga.started",
    "step.unanswered ← place the order, attempt 1",
    "place the order, attempt 2 ← step.unanswered",
    "order.placed ← place the order, attempt 2",
  ]);
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

test("step 6 · a broken connection calls the alarm clock off", async () => {
  const { time, common } = patientShop({
    troubles: [{ command: "place the order", fault: "error before", times: 1 }],
  });
  await time.until(new Orchestrator(common).start(teapot));
  await new Promise(setImmediate);
  // The pause before the second attempt takes 100 ms.
  assert.deepEqual(
    { timersStillSet: time.waiting, msWaited: time.now },
    { timersStillSet: 0, msWaited: 100 },
  );
});

test("step 6 · an answer in time calls the alarm clock off", async () => {
  const { time, common } = patientShop();
  await time.until(new Orchestrator(common).start(teapot));
  await new Promise(setImmediate);
  assert.deepEqual(
    { timersStillSet: time.waiting, msWaited: time.now },
    { timersStillSet: 0, msWaited: 0 },
  );
});

// Step 7 · Crash anywhere, restart, go on

function alarmedShop(setting: Setting = {}) {
  const parts = patientShop(setting);
  const told: SagaEvent[] = [];
  const alarm = (event: SagaEvent) => void told.push(event);
  return { ...parts, told, common: { ...parts.common, alarm } };
}

/** As if these sagas had begun, and the process had died then. */
async function beginSagas(journal: Journal, ids: string[]): Promise<void> {
  for (const id of ids) {
    const data = { correlationId: id, causationId: null, kind: "started" as const };
    const order = { ...teapot, id };
    await journal.append(createEvent("saga.started", { ...data, order }, 0));
  }
}

/** How each saga has ended. */
function ends(journal: Journal): Record<string, string> {
  return Object.fromEntries(
    journal.sagas().map((saga) => [saga, endOf(journal, saga) ?? "not ended"]),
  );
}

test("step 7 · after a restart the saga goes on where it was", async () => {
  const { shop, network, time, common } = alarmedShop();
  const whole = new MemoryJournal();
  await time.until(new Orchestrator({ ...common, journal: whole }).start(teapot));
  const askedBefore = network.sent.length;

  const journal = new MemoryJournal(whole.of(teapot.id).slice(0, 6));
  await time.until(new Orchestrator({ ...common, journal }).resume());
  assert.deepEqual(
    {
      ends: ends(journal),
      asked: network.sent.slice(askedBefore).map(({ name }) => name),
      centsOfTheShop: shop.books.till,
    },
    {
      ends: { "order-15": "saga.completed" },
      asked: ["confirm the order", "deliver the order", "collect the money"],
      centsOfTheShop: 2_500,
    },
  );
});

test("step 7 · all sagas that have not ended go on, the others are left alone", async () => {
  const { journal, network, time, common } = alarmedShop();
  await time.until(new Orchestrator(common).start(teapot));
  await beginSagas(journal, ["order-16", "order-17"]);
  const askedBefore = network.sent.length;
  await time.until(new Orchestrator(common).resume());
  assert.deepEqual(
    {
      ends: ends(journal),
      linesOfOrder15: names(journal).length,
      commandsSent: network.sent.length - askedBefore,
    },
    {
      ends: {
        "order-15": "saga.completed",
        "order-16": "saga.completed",
        "order-17": "saga.completed",
      },
      linesOfOrder15: 12,
      commandsSent: 10,
    },
  );
});

test("step 7 · resume is over when the last of its sagas has ended, not before", async () => {
  const { journal, time, common } = alarmedShop({
    troubles: [{ command: "deliver the order", fault: "command lost", times: 1 }],
  });
  await beginSagas(journal, ["order-15", "order-16"]);
  await time.until(new Orchestrator(common).resume());
  assert.deepEqual(ends(journal), {
    "order-15": "saga.completed",
    "order-16": "saga.completed",
  });
});

test("step 7 · where one saga cannot be written, resume rejects, and the others go on", async () => {
  const { time, common } = alarmedShop();
  const { stored, broken } = brokenJournal(
    ({ data }) => data.correlationId === "order-15",
    "no space left on device",
  );
  await beginSagas(stored, ["order-15", "order-16"]);
  const orchestrator = new Orchestrator({ ...common, journal: broken });
  const resume = await time.until(outcomeOf(orchestrator.resume()));
  await time.untilQuiet();
  assert.deepEqual(
    { resume, ends: ends(stored) },
    {
      resume: "rejects: no space left on device",
      ends: { "order-15": "not ended", "order-16": "saga.completed" },
    },
  );
});

test("step 7 · the same order twice, at once or later, is one saga", async () => {
  const { shop, journal, network, time, common } = alarmedShop();
  const orchestrator = new Orchestrator(common);
  const twice = Promise.all([orchestrator.start(teapot), orchestrator.start(teapot)]);
  const results = await time.until(twice);
  results.push(await time.until(orchestrator.start(teapot)));
  assert.deepEqual(
    {
      ends: results,
      linesInTheJournal: names(journal).length,
      commandsSent: network.sent.length,
      centsOfTheShop: shop.books.till,
    },
    {
      ends: ["saga.completed", "saga.completed", "saga.completed"],
      linesInTheJournal: 12,
      commandsSent: 5,
      centsOfTheShop: 2_500,
    },
  );
});

test("step 7 · starting an order that a resume has in hand is one saga", async () => {
  const { journal, network, time, common } = alarmedShop();
  await beginSagas(journal, [teapot.id]);
  const orchestrator = new Orchestrator(common);
  await time.until(Promise.all([orchestrator.resume(), orchestrator.start(teapot)]));
  assert.deepEqual(
    { linesInTheJournal: names(journal).length, commandsSent: network.sent.length },
    { linesInTheJournal: 12, commandsSent: 5 },
  );
});

test("step 7 · somebody is told of a saga that is stuck, and of no other", async () => {
  const { told, journal, time, common } = alarmedShop({
    troubles: [{ command: "deliver the order", fault: "command lost" }],
  });
  const end = await time.until(new Orchestrator(common).start(teapot));
  const written = journal.of(teapot.id).at(-1);
  assert.deepEqual(
    {
      end,
      told: told.map((event) => ({
        name: event.name,
        saga: event.data.correlationId,
        reason: mentioning("deliver the order", reasonOf(event)),
        isTheEventInTheJournal: event.id === written?.id,
      })),
    },
    {
      end: "saga.stuck",
      told: [
        {
          name: "saga.stuck",
          saga: "order-15",
          reason: "… deliver the order …",
          isTheEventInTheJournal: true,
        },
      ],
    },
  );

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
  const start = await time.until(outcomeOf(first.start(teapot)));
  assert.deepEqual(
    { start, ends: ends(journal) },
    { start: "rejects: nobody at the desk", ends: { "order-15": "not ended" } },
  );

  const told: string[] = [];
  const alarm = (event: SagaEvent) => void told.push(event.name);
  await time.until(new Orchestrator({ ...common, alarm }).resume());
  assert.deepEqual(
    { told, ends: ends(journal) },
    { told: ["saga.stuck"], ends: { "order-15": "saga.stuck" } },
  );
});

test("step 7 · a full disk stops the saga; when there is room again, it goes on", async () => {
  const { shop, time, common } = alarmedShop();
  let room = 4;
  const { broken } = brokenJournal(() => room-- <= 0, "no space left on device");
  const orchestrator = new Orchestrator({ ...common, journal: broken });
  const full = await time.until(outcomeOf(orchestrator.start(teapot)));
  room = 100;
  const empty = await time.until(outcomeOf(orchestrator.start(teapot)));
  assert.deepEqual(
    { withAFullDisk: full, withRoomAgain: empty, centsOfTheShop: shop.books.till },
    {
      withAFullDisk: "rejects: no space left on device",
      withRoomAgain: "resolves with saga.completed",
      centsOfTheShop: 2_500,
    },
  );
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

type Note = [
  name: string,
  kind: SagaData["kind"],
  timestamp: number,
  /** The line of the event that led to it. */
  because: number | null,
  about?: { step: number; way: Way; attempt: number; command: string } | undefined,
  reason?: string,
];

function notesOf(saga: string, notes: Note[]): SagaEvent[] {
  const events: SagaEvent[] = [];
  for (const [name, kind, timestamp, because, about, reason] of notes) {
    const causationId = events[(because ?? 0) - 1]?.id ?? null;
    const data = {
      correlationId: saga,
      causationId,
      kind,
      ...(kind === "started" && { order: { ...teapot, id: saga } }),
      ...about,
      ...(reason && { reason }),
    } as SagaData;
    events.push(createEvent(name, data, timestamp));
  }
  return events;
}

function attemptAt(command: string, attempt: number) {
  return { ...placeOf(orderProcess, command), attempt, command };
}

const place1 = attemptAt("place the order", 1);
const place2 = attemptAt("place the order", 2);
const reserve1 = attemptAt("reserve the money", 1);
const reserve2 = attemptAt("reserve the money", 2);
const cancel1 = attemptAt("cancel the order", 1);

// While the second attempt was under way, somebody put the clock back by 30 ms.
const told: Note[] = [
  ["saga.started", "started", 5_000, null],
  ["step.requested", "requested", 5_001, 1, place1],
  ["step.unanswered", "unanswered", 6_001, 2, place1, "no answer"],
  ["step.requested", "requested", 6_101, 3, place2],
  ["order.placed", "done", 6_080, 2, place1],
  ["order.placed", "done", 6_200, 4, place2],
  ["step.requested", "requested", 6_201, 6, reserve1],
  ["step.unanswered", "unanswered", 7_201, 7, reserve1, "no answer"],
  ["step.requested", "requested", 7_301, 8, reserve2],
  ["money.refused", "refused", 7_350, 7, reserve1, "not enough"],
  ["money.refused", "refused", 7_360, 9, reserve2, "not enough"],
  ["step.requested", "requested", 7_361, 11, cancel1],
  ["order.cancelled", "done", 7_370, 12, cancel1],
  ["saga.cancelled", "ended", 7_371, 13],
];

/** A journal, with another saga between its lines. */
function story(): SagaEvent[] {
  const own = notesOf("order-15", told);
  const [other, otherEnd] = notesOf("order-16", [
    ["saga.started", "started", 4_990, null],
    ["saga.stuck", "ended", 6_300, 1, undefined, "it rains"],
  ]);
  return [other, ...own.slice(0, 6), otherEnd, ...own.slice(6)].filter(
    (event) => event !== undefined,
  );
}

/** A column of the timeline, each value beside the line and name of its event. */
function column(key: keyof TimelineRow): Record<string, unknown> {
  return besideNames(timeline(story(), "order-15").map((row) => row[key]));
}

function besideNames(values: unknown[]): Record<string, unknown> {
  return Object.fromEntries(
    values.map((value, index) => [
      `${index + 1} ${told[index]?.[0] ?? "no event"}`,
      value,
    ]),
  );
}

test("step 8 · a timeline has a row for each event of its saga, in the order of the journal", () => {
  assert.deepEqual(
    timeline(story(), "order-15").map(
      ({ line, name, kind }) => `${line} ${name}: ${kind}`,
    ),
    told.map(([name, kind], index) => `${index + 1} ${name}: ${kind}`),
  );
});

test("step 8 · time counts from the saga's own beginning", () => {
  const times = told.map(([, , timestamp]) => timestamp - 5_000);
  assert.deepEqual(column("after"), besideNames(times));
});

test("step 8 · a row names the line that led to it", () => {
  const causes = told.map(([, , , because]) => because);
  assert.deepEqual(column("because"), besideNames(causes));
});

test("step 8 · what an event outside of the saga has led to names no line", () => {
  const [started] = notesOf("order-16", [["saga.started", "started", 0, null]]);
  const ids = { correlationId: "order-17", causationId: started?.id ?? null };
  const order = { ...teapot, id: "order-17" };
  const again = createEvent(
    "saga.started",
    { ...ids, kind: "started" as const, order },
    0,
  );
  const events = [...(started ? [started] : []), again];
  assert.deepEqual(
    timeline(events, "order-17").map(({ name, because }) => ({ name, because })),
    [{ name: "saga.started", because: null }],
  );
});

test("step 8 · the text says what was ordered, asked for, or why not", () => {
  assert.deepEqual(
    column("text"),
    besideNames([
      "a teapot",
      "place the order",
      "no answer",
      "place the order, attempt 2",
      "",
      "",
      "reserve the money",
      "no answer",
      "reserve the money, attempt 2",
      "not enough",
      "not enough",
      "cancel the order",
      "",
      "",
    ]),
  );
  assert.deepEqual(
    timeline(story(), "order-16").map(({ name, text }) => `${name}: ${text}`),
    ["saga.started: a teapot", "saga.stuck: it rains"],
  );
});

test("step 8 · late is an answer, yes or no, to a request that was given up, and no other", () => {
  assert.deepEqual(
    column("late"),
    besideNames(told.map((_, index) => index === 4 || index === 9)),
  );
});

test("step 8 · of an unknown saga there is nothing to tell", () => {
  assert.deepEqual(timeline(story(), "order-99"), []);
  assert.deepEqual(timeline([], "order-15"), []);
});

test("step 8 · any iterable of events will do", () => {
  function* events() {
    yield* story();
  }
  assert.deepEqual(
    timeline(events(), "order-15").map(({ name }) => name),
    told.map(([name]) => name),
  );
});
