import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { noSuchLesson, noSuchWord, selectLesson } from "./select.ts";
import { beforeComment } from "./words.ts";
import { findLessons, type Lesson } from "./work/course.ts";

const lessons = findLessons(join(import.meta.dirname, "fixtures"));
const [first, second] = lessons;

test("a lesson is found by its number, its name or its folder", () => {
  for (const selector of ["1", "01", "greeter", "01-greeter", "Greeter"]) {
    assert.equal(selectLesson(lessons, selector), first);
  }
  for (const selector of ["0", "3", "greet", "02-greeter", ""]) {
    assert.equal(selectLesson(lessons, selector), undefined);
  }
});

const mistyped = {
  "9": "There is no lesson 9. Did you mean: npm run lesson 2",
  "-1": "There is no lesson -1. Did you mean: npm run lesson 1",
  greter: 'There is no lesson "greter". Did you mean: npm run lesson greeter',
  doktor: 'There is no lesson "doktor". Did you mean: npm run lesson doctor',
  hnit: 'There is no lesson "hnit". Did you mean: npm run lesson 1 hint',
  hint: "Which lesson? For example: npm run lesson 1 hint",
  rest: 'There is no lesson "rest". Did you mean: npm run lesson 1 test',
};
for (const [selector, sentence] of Object.entries(mistyped)) {
  test(`"${selector}" is not a lesson, and the nearest right command is named`, () => {
    assert.equal(noSuchLesson(lessons, selector), sentence);
  });
}

test("a comment behind a command is not a part of it, where the shell hands it over", () => {
  assert.deepEqual(beforeComment(["4", "hint", "#", "a", "question"]), ["4", "hint"]);
  assert.deepEqual(beforeComment(["4", "hint"]), ["4", "hint"]);
});

test("a part of a name is enough to name the lesson that was meant", () => {
  const lesson = { ...lessons[0], number: 4, slug: "event-queue" } as Lesson;
  assert.equal(
    noSuchLesson([lesson], "queue"),
    'There is no lesson "queue". Did you mean: npm run lesson 4',
  );
});

for (const [lesson, word, sentence] of [
  [
    first,
    "help",
    'There is no command "help" of a lesson. Did you mean: npm run lesson help',
  ],
  [second, "dor", 'There is no command "dor". Did you mean: npm run lesson 2 door'],
  [first, "door", '"door" is a part of another lesson: npm run lesson 2 door'],
] as const)
  test(`"${word}" is not a command of the lesson, and the right one is named`, () => {
    assert.ok(lesson);
    assert.equal(noSuchWord(lessons, lesson, word), sentence);
  });
