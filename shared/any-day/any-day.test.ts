import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type AnyDay,
  budget,
  catchEscaped,
  type DayError,
  playDays,
  quiet,
} from "./any-day.ts";

/** A counter whose days are lists of numbers to add. */
function counter(play: (day: number[]) => unknown | Promise<unknown>): AnyDay<number[]> {
  const see = (value: unknown) => [{ rule: "a sum is a sum", what: "the sum", value }];
  return {
    day: fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 20 }),
    play: async (day) => see(await play(day)),
    model: (day) => see(sum(day)),
    story: (day) => day.map((number) => `${number} is added`),
    rule: (_day, seen) => seen ?? "a day ends",
  };
}

const sum = (day: number[]) => day.reduce((all, number) => all + number, 0);
const wrong = (day: number[]) => sum(day.map((number) => Math.min(number, 9)));
const plenty = { ...budget({}), time: Infinity };

async function failureOf(lesson: AnyDay<number[]>, how = plenty): Promise<DayError> {
  const error = await playDays(lesson, how).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error, "no day went wrong");
  return error as DayError;
}

test("a day that goes wrong is shrunk to the shortest, told with its rule", async () => {
  const { rule, story, expected, actual } = await failureOf(counter(wrong));
  assert.deepEqual(
    { rule, story, expected, actual },
    {
      rule: "a sum is a sum",
      story: ["10 is added"],
      expected: "the sum: 10",
      actual: "the sum: 9",
    },
  );
});

test("what is too much, missing, or there with another detail is named on both sides", async () => {
  const two = (day: number[], whats: string[]) =>
    whats.map((what) => ({ rule: `the rule of ${what}`, what, value: sum(day) }));
  const lesson = (answer: string[], model: string[]): AnyDay<number[]> => ({
    ...counter(sum),
    play: (day) => two(day, answer),
    model: (day) => two(day, model),
  });
  const nothing = "nothing like this";
  const more = await failureOf(lesson(["tea", "cup", "pot"], ["tea", "pot"]));
  const less = await failureOf(lesson(["tea", "pot"], ["tea", "cup", "pot"]));
  assert.deepEqual(
    [more, less].map(({ rule, expected, actual }) => [rule, expected, actual]),
    [
      ["the rule of cup", nothing, "cup: 0"],
      ["the rule of cup", "cup: 0", nothing],
    ],
  );
  const [one, other] = [
    'at 20 ms "tea" is sold, 1 left',
    'at 20 ms "tea" is sold, 2 left',
  ];
  const detail = await failureOf(lesson([one], ['"cup" is sold', other]));
  assert.deepEqual([detail.expected, detail.actual], [`${other}: 0`, `${one}: 0`]);
  const twice = await failureOf(lesson(["tea"], ["tea", "tea"]));
  assert.deepEqual(
    [twice.expected, twice.actual],
    ["tea: 0 (number 2)", "only 1 of these"],
  );
});

test("where the model fails, the answer has not passed", async () => {
  const model = () => {
    throw new Error("the model calls what the answer gave");
  };
  await assert.rejects(playDays({ ...counter(sum), model }, plenty), /the model calls/);
});

test("a right answer passes, and the same seed plays the same days", async () => {
  const days: string[] = [];
  const noting = (day: number[]) => {
    days.push(day.join());
    return sum(day);
  };
  await playDays(counter(noting), plenty);
  const first = days.splice(0);
  await playDays(counter(noting), plenty);
  assert.deepEqual(days, first);
  assert.equal(days.length, plenty.days);
});

test("a trial tells the first day that goes wrong, and does not shrink it", async () => {
  const how = { ...plenty, shrink: budget({ WORKBOOK_UNTIL_FAILURE: "1" }).shrink };
  let played = 0;
  const lesson = counter((day) => {
    played += 1;
    return wrong(day);
  });
  const { story } = await failureOf(lesson, how);
  const until = played;
  assert.ok(story.length > 1 && until <= plenty.days);
});

test("no day begins after the time is up", async () => {
  let played = 0;
  const lesson = counter((day) => {
    played += 1;
    return sum(day);
  });
  await playDays(lesson, { ...plenty, time: -1 });
  assert.equal(played, 0);
});

test("the environment asks for more days and for another seed", () => {
  const { days, time, seed } = budget({
    WORKBOOK_DAYS: "10000",
    WORKBOOK_SEED: "3",
  });
  assert.deepEqual({ days, time, seed }, { days: 10_000, time: 10_000, seed: 3 });
});

test("a promise that never settles is a day that goes wrong", async () => {
  const lesson = counter((day) => (sum(day) > 9 ? new Promise(() => {}) : sum(day)));
  const { rule, story, actual } = await failureOf(lesson);
  assert.deepEqual(
    { rule, story, actual },
    { rule: "a day ends", story: ["10 is added"], actual: "a promise never settles" },
  );
});

test("what the answer throws is thrown on, with the shortest day", async () => {
  const thrown = new TypeError("too much");
  const lesson = counter((day) => {
    if (sum(day) > 9) throw thrown;
    return sum(day);
  });
  const error = await failureOf(lesson);
  assert.equal(error, thrown);
  assert.deepEqual(error.story, ["10 is added"]);
});

test("a rejection that nobody handles, and what stderr is told, stay with the day", async () => {
  const seen = await catchEscaped(async (escaped) => {
    Promise.reject(new Error("unheard"));
    console.error("told");
    await quiet();
    return escaped;
  });
  assert.deepEqual(seen.failures.map(String), ["Error: unheard"]);
  assert.equal(seen.stderr, "told\n");
});
