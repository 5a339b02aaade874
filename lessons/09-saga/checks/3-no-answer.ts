import assert from "node:assert/strict";
import { test } from "node:test";
import { orderProcess } from "#given/09-saga/given/process.ts";
import { decide } from "#lesson/09-saga/decide.ts";
import { anyDay } from "./any-day.ts";
import {
  inWords,
  journalOf,
  mentioning,
  never,
  next,
  playOut,
  refusing,
} from "./desk.ts";

const silent = [
  "place the order: done",
  "reserve the money: unanswered",
  "reserve the money: unanswered",
];

test("step 3 · a step without an answer is asked for again, as often as it has attempts", () => {
  assert.equal(next(silent.slice(0, 2)), "reserve the money, attempt 2");
  assert.equal(next(silent), "reserve the money, attempt 3");
});

test("step 3 · after the last attempt without an answer, this very step is taken back first", () => {
  assert.deepEqual(playOut({ "reserve the money": never }).slice(3), [
    "reserve the money",
    "release the money",
    "cancel the order",
    "saga.cancelled",
  ]);
});

test("step 3 · wherever the saga moves on or turns, it begins with attempt 1", () => {
  assert.deepEqual(
    {
      "done at the third attempt": next([...silent, "reserve the money: done"]),
      "refused at the third attempt": next([...silent, "reserve the money: refused"]),
      "no answer to the third": next([...silent, "reserve the money: unanswered"]),
    },
    {
      "done at the third attempt": "confirm the order, attempt 1",
      "refused at the third attempt": "cancel the order, attempt 1",
      "no answer to the third": "release the money, attempt 1",
    },
  );
});

test("step 3 · a late yes or no counts while its step is asked for again, and not after that", () => {
  const turned = [...silent, "reserve the money: unanswered"];
  assert.deepEqual(
    {
      "a yes while it is asked again": next([...silent, "again reserve the money: done"]),
      "a yes after the turn": next([...turned, "again reserve the money: done"]),
      "a no after the turn": next([...turned, "again reserve the money: refused"]),
    },
    {
      "a yes while it is asked again": "confirm the order, attempt 1",
      "a yes after the turn": "release the money, attempt 1",
      "a no after the turn": "release the money, attempt 1",
    },
  );
});

test("step 3 · beyond the pivot and on the way back, a refusal counts like no answer", () => {
  const beyond = playOut({ "deliver the order": ["refused"] }).slice(3);
  assert.deepEqual(beyond, [
    "deliver the order",
    "deliver the order",
    "collect the money",
    "saga.completed",
  ]);
});

test("step 3 · where the last attempt fails and there is no way back, the saga is stuck, with the command in the reason", () => {
  const placed = ["place the order: done", "reserve the money: refused"];
  const delivered = orderProcess.steps.slice(0, 3).map(({ action }) => `${action}: done`);
  const stuckAt = (command: string, before: string[]) => {
    const lines = [...refusing.slice(0, 2), never[0]].map(
      (kind) => `${command}: ${kind}`,
    );
    const decision = decide(orderProcess, journalOf([...before, ...lines]));
    const reason = "reason" in decision ? decision.reason : undefined;
    return `${inWords(decision)}: ${mentioning(command, reason)}`;
  };
  assert.deepEqual(
    {
      beyond: stuckAt("deliver the order", delivered),
      back: stuckAt("cancel the order", placed),
    },
    {
      beyond: "saga.stuck: … deliver the order …",
      back: "saga.stuck: … cancel the order …",
    },
  );
});

test("step 3 · the pivot itself can still be taken back", () => {
  assert.deepEqual(
    {
      "no answer": playOut({ "confirm the order": never }).slice(5, 7),
      "a refusal": playOut({ "confirm the order": ["refused"] }).slice(3, 5),
    },
    {
      "no answer": ["withdraw the confirmation", "release the money"],
      "a refusal": ["release the money", "cancel the order"],
    },
  );
});

anyDay(3);
