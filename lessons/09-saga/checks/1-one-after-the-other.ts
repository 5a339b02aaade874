import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { orderProcess } from "#given/09-saga/given/process.ts";
import { decide } from "#lesson/09-saga/decide.ts";
import { anyDay } from "./any-day.ts";
import { inWords, journalOf, next, playOut, processWith } from "./desk.ts";

test("step 1 · a saga asks for one step after the other, and is completed after the last", () => {
  const { steps } = processWith({});
  const asked = steps.map(({ action }) => action);
  assert.deepEqual(playOut({}), [...asked, "saga.completed"]);
  const baking = { steps: steps.slice(0, 2), pivot: 1 };
  assert.deepEqual(playOut({}, baking), [...asked.slice(0, 2), "saga.completed"]);
});

test("step 1 · an answer that comes twice, or about another step, changes nothing", () => {
  const placed = ["place the order: done", "again place the order: done"];
  const further = ["place the order: done", "reserve the money: done"];
  assert.deepEqual(
    {
      "placed twice": next(placed),
      "placed again when the money is reserved": next([
        ...further,
        "again place the order: done",
      ]),
    },
    {
      "placed twice": "reserve the money, attempt 1",
      "placed again when the money is reserved": "confirm the order, attempt 1",
    },
  );
});

test("step 1 · what was asked for and has no answer yet is asked for again", () => {
  const lines = ["place the order: done", "reserve the money: requested"];
  assert.deepEqual(
    { atFirst: next([]), withoutAnAnswer: next(lines) },
    {
      atFirst: "place the order, attempt 1",
      withoutAnAnswer: "reserve the money, attempt 1",
    },
  );
});

test("step 1 · the order of the journal counts, not the timestamps", () => {
  const journal = journalOf(["place the order: done", "reserve the money: done"]).map(
    ({ name, data }, line) => createEvent(name, data, -line),
  );
  const decision = decide(orderProcess, Object.freeze(journal));
  assert.equal(inWords(decision), "confirm the order, attempt 1");
});

anyDay(1);
