import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { timeline } from "#lesson/09-saga/timeline.ts";
import { anyDay } from "./any-day.ts";
import { orderNamed } from "./desk.ts";

test("step 8 · a timeline has a row for each event of its saga, in the order of the journal", () => {
  const journal = ["order-15", "order-16", "order-15", "order-150"].map((id, at) => {
    const ids = { correlationId: id, causationId: null };
    const [kind, name] =
      at < 2
        ? (["started", "saga.started"] as const)
        : (["ended", "saga.completed"] as const);
    return createEvent(name, { ...ids, kind, order: orderNamed(id) }, at);
  });
  const rows = timeline(journal, "order-15");
  assert.deepEqual(
    rows.map(({ line, name, kind }) => `${line} ${name}: ${kind}`),
    ["1 saga.started: started", "2 saga.completed: ended"],
  );
  assert.deepEqual({ ofNoSaga: timeline([], "order-15") }, { ofNoSaga: [] });
});

anyDay(8, "after", "because", "text", "isLate");
