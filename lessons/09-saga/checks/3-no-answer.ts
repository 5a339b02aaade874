import assert from "node:assert/strict";
import { test } from "node:test";
import { orderProcess, type Process } from "#given/09-saga/given/process.ts";
import { decide } from "#lesson/09-saga/decide.ts";
import { anyDay } from "./any-day.ts";
import {
  inWords,
  journalOf,
  mentioning,
  never,
  next,
  playOut,
  processWith,
  refusing,
} from "./desk.ts";

const silent = [
  "place the order: done",
  "reserve the money: unanswered",
  "reserve the money: unanswered",
];

test("step 3 · a step without an answer is asked for again, as often as it has attempts", () => {
  assert.equal(
    next(["place the order: done", "reserve the money: unanswered"]),
    "reserve the money, attempt 2",
  );
  for (const attempts of [1, 4]) {
    const asked = playOut({ "place the order": never }, processWith({ attempts }));
    const times = asked.filter((command) => command === "place the order").length;
    assert.deepEqual({ attempts, times }, { attempts, times: attempts });
  }
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
  const again = [
    "place the order: done",
    "reserve the money: unanswered",
    "reserve the money: requested",
  ];
  const released = [
    "place the order: done",
    "reserve the money: done",
    "confirm the order: refused",
    "release the money: unanswered",
    "release the money: done",
  ];
  const turned = [...silent, "reserve the money: unanswered"];
  assert.deepEqual(
    {
      "a yes while it is asked again": next([...again, "again reserve the money: done"]),
      "a no while it is asked again": next([
        ...again,
        "again reserve the money: refused",
      ]),
      "a yes after the turn": next([...turned, "again reserve the money: done"]),
      "a no after the turn": next([...turned, "again reserve the money: refused"]),
      "a no to what is taken back": next([
        ...released,
        "again release the money: refused",
      ]),
    },
    {
      "a yes while it is asked again": "confirm the order, attempt 1",
      "a no while it is asked again": "cancel the order, attempt 1",
      "a yes after the turn": "release the money, attempt 1",
      "a no after the turn": "release the money, attempt 1",
      "a no to what is taken back": "cancel the order, attempt 1",
    },
  );
});

test("step 3 · beyond the pivot and on the way back, a refusal counts like no answer", () => {
  assert.deepEqual(
    {
      beyond: playOut({ "deliver the order": ["refused"] }).slice(3),
      back: playOut({
        "confirm the order": ["refused"],
        "release the money": ["unanswered", "refused"],
      }).slice(3),
    },
    {
      beyond: [
        "deliver the order",
        "deliver the order",
        "collect the money",
        "saga.completed",
      ],
      back: [
        "release the money",
        "release the money",
        "release the money",
        "cancel the order",
        "saga.cancelled",
      ],
    },
  );
});

test("step 3 · where the last attempt fails and there is no way back, the saga is stuck, with the command in the reason", () => {
  for (const failures of [never, refusing]) {
    const beyond = playOut({ "deliver the order": failures }).slice(5);
    const back = playOut({
      "reserve the money": ["refused"],
      "cancel the order": failures,
    });
    assert.deepEqual(
      { beyond, back: back.slice(4) },
      {
        beyond: ["deliver the order", "saga.stuck"],
        back: ["cancel the order", "saga.stuck"],
      },
    );
  }
  const delivered = orderProcess.steps.slice(0, 3).map(({ action }) => `${action}: done`);
  const released = ["place the order: done", "reserve the money: refused"];
  const stuckAt = (command: string, before: string[]) => {
    const lines = Array.from({ length: 3 }, () => `${command}: refused`);
    const decision = decide(orderProcess, journalOf([...before, ...lines]));
    const reason = "reason" in decision ? decision.reason : undefined;
    return `${inWords(decision)}: ${mentioning(command, reason)}`;
  };
  assert.deepEqual(
    {
      beyond: stuckAt("deliver the order", delivered),
      back: stuckAt("cancel the order", released),
    },
    {
      beyond: "saga.stuck: … deliver the order …",
      back: "saga.stuck: … cancel the order …",
    },
  );
});

test("step 3 · the pivot itself can still be taken back, wherever the process has it", () => {
  const [first, ...others] = orderProcess.steps.map(({ compensation, ...step }, at) =>
    at > 0 || compensation === undefined ? step : { ...step, compensation },
  );
  const early: Process = { steps: first ? [first, ...others] : [], pivot: 0 };
  assert.deepEqual(
    {
      "the pivot 2": playOut({ "confirm the order": never }).slice(5, 7),
      "the pivot 0": playOut({ "place the order": never }, early).slice(3),
      "beyond the pivot 0": playOut({ "reserve the money": never }, early).slice(3),
    },
    {
      "the pivot 2": ["withdraw the confirmation", "release the money"],
      "the pivot 0": ["cancel the order", "saga.cancelled"],
      "beyond the pivot 0": ["reserve the money", "saga.stuck"],
    },
  );
});

anyDay(3);
