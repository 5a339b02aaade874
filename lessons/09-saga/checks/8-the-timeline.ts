import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import {
  orderProcess,
  type SagaData,
  type SagaEvent,
  type TimelineRow,
} from "#given/09-saga/given/process.ts";
import { timeline } from "#lesson/09-saga/timeline.ts";
import { placeOf, teapot } from "./desk.ts";

type Note = [
  name: string,
  kind: SagaData["kind"],
  timestamp: number,
  /** The line of the event that led to it. */
  because: number | null,
  command?: string,
  attempt?: number,
  reason?: string,
];

function eventsOf(saga: string, notes: Note[]): SagaEvent[] {
  const events: SagaEvent[] = [];
  for (const [name, kind, timestamp, because, command, attempt, reason] of notes) {
    const data = {
      correlationId: saga,
      causationId: events[(because ?? 0) - 1]?.id ?? null,
      kind,
      ...(kind === "started" && { order: { ...teapot, id: saga } }),
      ...(command && { ...placeOf(orderProcess, command), attempt, command }),
      ...(reason && { reason }),
    } as SagaData;
    events.push(createEvent(name, data, timestamp));
  }
  return events;
}

const [place, cancel] = ["place the order", "cancel the order"];
// While the third attempt was under way, somebody put the clock back, and at the end once more.
const notes: Note[] = [
  ["saga.started", "started", 5_000, null],
  ["step.requested", "requested", 5_001, 1, place, 1],
  ["step.unanswered", "unanswered", 6_001, 2, place, 1, "no answer"],
  ["step.requested", "requested", 6_101, 3, place, 2],
  ["step.unanswered", "unanswered", 6_102, 4, place, 2, "no answer"],
  ["step.requested", "requested", 6_103, 5, place, 3],
  ["order.placed", "done", 6_080, 2, place, 1],
  ["order.refused", "refused", 6_090, 2, place, 1, "sold out"],
  ["order.refused", "refused", 6_200, 6, place, 3, "sold out"],
  ["step.requested", "requested", 6_201, 9, cancel, 1],
  ["order.cancelled", "done", 6_370, 10, cancel, 1, "by hand"],
  // The silence that comes after an answer does not make it late.
  ["step.unanswered", "unanswered", 6_380, 10, cancel, 1, "no answer"],
  // After a crash: the first attempt once more.
  ["step.requested", "requested", 6_371, 11, cancel, 1],
  ["order.cancelled", "done", 6_372, 13, cancel, 1],
  ["saga.stuck", "ended", 4_990, null, "", 0, "no way back"],
];

/** The rows of order 15. Other sagas stand before it, between its lines and behind them. */
function rows(): TimelineRow[] {
  const [first, ...others] = eventsOf("order-15", notes);
  const [before, after] = eventsOf("order-16", [
    ["saga.started", "started", 4_900, null],
    ["saga.stuck", "ended", 6_300, 1],
  ]) as [SagaEvent, SagaEvent];
  const begun = first as SagaEvent;
  // Another saga led to this one.
  const data = { ...begun.data, causationId: before.id };
  // Any iterable of events will do.
  return timeline(new Set([before, { ...begun, data }, after, ...others]), "order-15");
}

/** Checks a column, each value beside the line and name of its event. */
function checkColumn(key: keyof TimelineRow, wanted: unknown[]): void {
  const named = (values: unknown[]) =>
    Object.fromEntries(
      values.map((value, at) => [`${at + 1} ${notes[at]?.[0] ?? "no event"}`, value]),
    );
  assert.deepEqual(named(rows().map((row) => row[key])), named(wanted));
}

test("step 8 · a timeline has a row for each event of its saga, in the order of the journal", () => {
  assert.deepEqual(
    rows().map(({ line, name, kind }) => `${line} ${name}: ${kind}`),
    notes.map(([name, kind], at) => `${at + 1} ${name}: ${kind}`),
  );
  assert.deepEqual(
    { "of a saga without events": timeline([], "order-15") },
    { "of a saga without events": [] },
  );
});

test("step 8 · time counts from the saga's own beginning", () => {
  checkColumn(
    "after",
    notes.map(([, , timestamp]) => timestamp - 5_000),
  );
});

test("step 8 · a row names the line that led to it, or null if the saga has none", () => {
  checkColumn(
    "because",
    notes.map(([, , , because]) => because),
  );
});

test("step 8 · the text is the item, the command with its attempt, or the reason", () => {
  const texts = ["a teapot", place, "no answer", `${place}, attempt 2`, "no answer"];
  texts.push(`${place}, attempt 3`, "", "sold out", "sold out");
  texts.push(cancel, "by hand", "no answer", cancel, "", "no way back");
  checkColumn("text", texts);
});

test("step 8 · late is an answer, done or refused, to a request that was unanswered before", () => {
  checkColumn(
    "late",
    notes.map((_, at) => at === 6 || at === 7),
  );
});
