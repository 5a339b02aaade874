import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import {
  orderProcess,
  type SagaData,
  type SagaEvent,
  type TimelineRow,
  type Way,
} from "#given/09-saga/given/process.ts";
import { timeline } from "#lesson/09-saga/timeline.ts";
import { placeOf, teapot } from "./desk.ts";

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

// While the second attempt was under way, somebody put the clock back by 30 ms, and then once more.
const told: Note[] = [
  ["saga.started", "started", 5_000, null],
  ["step.requested", "requested", 5_001, 1, place1],
  ["step.unanswered", "unanswered", 6_001, 2, place1, "no answer"],
  ["step.requested", "requested", 6_101, 3, place2],
  ["order.placed", "done", 6_080, 2, place1],
  ["order.placed", "done", 6_200, 4, place2, "by hand"],
  ["step.requested", "requested", 6_201, 6, reserve1],
  ["step.unanswered", "unanswered", 7_201, 7, reserve1, "no answer"],
  ["step.requested", "requested", 7_301, 8, reserve2],
  ["money.refused", "refused", 7_350, 7, reserve1, "not enough"],
  ["money.refused", "refused", 7_360, 9, reserve2, "not enough"],
  ["step.requested", "requested", 7_361, 11, cancel1],
  ["order.cancelled", "done", 7_370, 12, cancel1],
  // After a crash: the first attempt once more.
  ["step.requested", "requested", 7_371, 13, cancel1],
  ["saga.cancelled", "ended", 4_990, 14],
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
  // Any iterable of events will do.
  function* events() {
    yield* story();
  }
  assert.deepEqual(
    timeline(events(), "order-15").map(
      ({ line, name, kind }) => `${line} ${name}: ${kind}`,
    ),
    told.map(([name, kind], index) => `${index + 1} ${name}: ${kind}`),
  );
  assert.deepEqual(
    { ofAnUnknownSaga: timeline(story(), "order-99") },
    { ofAnUnknownSaga: [] },
  );
});

test("step 8 · time counts from the saga's own beginning", () => {
  const times = told.map(([, , timestamp]) => timestamp - 5_000);
  assert.deepEqual(column("after"), besideNames(times));
});

test("step 8 · a row names the line that led to it, or null if the saga has none", () => {
  const causes = told.map(([, , , because]) => because);
  assert.deepEqual(column("because"), besideNames(causes));
  const [other, ...own] = story();
  const order = { ...teapot, id: "order-17" };
  const ids = { correlationId: order.id, causationId: other?.id ?? null };
  const again = createEvent(
    "saga.started",
    { ...ids, kind: "started" as const, order },
    0,
  );
  const journal = [...(other ? [other] : []), again, ...own, { ...again, id: "next" }];
  const rows = timeline(journal, order.id);
  assert.deepEqual(
    { ofAnotherSaga: rows.map(({ because }) => because) },
    { ofAnotherSaga: [null, null] },
  );
});

test("step 8 · the text is the item, the command with its attempt, or the reason", () => {
  assert.deepEqual(
    column("text"),
    besideNames([
      "a teapot",
      "place the order",
      "no answer",
      "place the order, attempt 2",
      "",
      "by hand",
      "reserve the money",
      "no answer",
      "reserve the money, attempt 2",
      "not enough",
      "not enough",
      "cancel the order",
      "",
      "cancel the order",
      "",
    ]),
  );
  assert.deepEqual(
    timeline(story(), "order-16").map(({ name, text }) => `${name}: ${text}`),
    ["saga.started: a teapot", "saga.stuck: it rains"],
  );
});

test("step 8 · late is an answer, done or refused, to a request that was unanswered before", () => {
  const late = told.map((_, index) => index === 4 || index === 9);
  assert.deepEqual(column("late"), besideNames(late));
  // The silence that comes after an answer does not make it late.
  const [begun, request, , , reply] = notesOf("order-15", told);
  const events = [begun, request, reply].flatMap((event) => event ?? []);
  const { name, data, timestamp } = notesOf("order-15", told)[2] as SagaEvent;
  const after = createEvent(
    name,
    { ...data, causationId: request?.id ?? null },
    timestamp,
  );
  assert.deepEqual(
    timeline([...events, after], "order-15").map((row) => `${row.name}: ${row.late}`),
    [
      "saga.started: false",
      "step.requested: false",
      "order.placed: false",
      "step.unanswered: false",
    ],
  );
});
