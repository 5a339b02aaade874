import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { orderProcess } from "#given/09-saga/given/process.ts";
import { decide } from "#lesson/09-saga/decide.ts";
import { anyDay } from "./any-day.ts";
import { inWords, journalOf, next, playOut } from "./desk.ts";

test("step 1 · a saga asks for one step after the other, and is completed after the last", () => {
  const asked = orderProcess.steps.map(({ action }) => action);
  assert.deepEqual(playOut({}), [...asked, "saga.completed"]);
});

test("step 1 · an answer that comes twice, or about another step, changes nothing", () => {
  const lines = ["place the order: done", "reserve the money: done"];
  const twice = next([...lines, "again reserve the money: done"]);
  const another = next([...lines, "again place the order: done"]);
  const confirm = "confirm the order, attempt 1";
  assert.deepEqual({ twice, another }, { twice: confirm, another: confirm });
});

test("step 1 · what was asked for and has no answer yet is asked for again", () => {
  const found = next(["place the order: done", "reserve the money: requested"]);
  assert.equal(found, "reserve the money, attempt 1");
});

test("step 1 · the order of the journal counts, not the timestamps", () => {
  const journal = journalOf(["place the order: done", "reserve the money: done"]).map(
    ({ name, data }, line) => createEvent(name, data, -line),
  );
  const decision = decide(orderProcess, Object.freeze(journal));
  assert.equal(inWords(decision), "confirm the order, attempt 1");
});

anyDay(1);
