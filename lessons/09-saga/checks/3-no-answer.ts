import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { never, playOut } from "./desk.ts";

test("step 3 · a step without an answer is asked for again, as often as it has attempts", () => {
  const asked = playOut({ "deliver the order": ["unanswered", "unanswered"] });
  assert.deepEqual(asked.slice(3), [
    "deliver the order",
    "deliver the order, attempt 2",
    "deliver the order, attempt 3",
    "collect the money",
    "saga.completed",
  ]);
});

test("step 3 · after the last attempt without an answer, this very step is taken back first", () => {
  assert.deepEqual(playOut({ "reserve the money": never }).slice(3), [
    "reserve the money, attempt 3",
    "release the money",
    "cancel the order",
    "saga.cancelled",
  ]);
});

test("step 3 · wherever the saga moves on or turns, it begins with attempt 1", () => {
  const afterARefusal = playOut({
    "place the order": ["unanswered"],
    "reserve the money": ["unanswered", "refused"],
  });
  assert.deepEqual(
    { afterARefusal },
    {
      afterARefusal: [
        "place the order",
        "place the order, attempt 2",
        "reserve the money",
        "reserve the money, attempt 2",
        "cancel the order",
        "saga.cancelled",
      ],
    },
  );
});

test("step 3 · beyond the pivot and on the way back, a refusal counts like no answer", () => {
  const beyond = playOut({ "deliver the order": ["refused"] }).slice(3, 5);
  assert.deepEqual(beyond, ["deliver the order", "deliver the order, attempt 2"]);
});

test("step 3 · where the last attempt fails and there is no way back, the saga is stuck, with the command in the reason", () => {
  const stuck = playOut({ "collect the money": never }).at(-1);
  assert.match(`${stuck}`, /saga\.stuck: .*collect the money/);
});

test("step 3 · the pivot itself can still be taken back", () => {
  const asked = playOut({ "confirm the order": never });
  assert.deepEqual(asked.slice(5, 7), ["withdraw the confirmation", "release the money"]);
});

anyDay(3, "lateAnswer");
