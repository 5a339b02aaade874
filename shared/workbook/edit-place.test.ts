import assert from "node:assert/strict";
import { test } from "node:test";
import { lessonIn } from "./course.ts";
import { placesToEdit } from "./edit-place.ts";
import { TrialCourse } from "./trial-course.ts";

const file = "01-greeter/greeter.ts";

const starter = `export class Greeter {
  emit(name: string): void {
    todo(1, "greet");
  }
}
export const listeners = {
  count: (name: string) => todo(2, "count"),
};
`;

/** Where the card sends a learner whose copy looks like this, for steps 1 and 2. */
function places(copy: string): string[] {
  using course = new TrialCourse();
  course.write(`lessons/${file}`, starter);
  course.write(`work/${file}`, copy);
  const lesson = lessonIn(course.root, "01-greeter");
  return [1, 2]
    .flatMap((step) => placesToEdit(lesson, step))
    .map((place) => place.replace(/^.*greeter\.ts:/, ""));
}

test("the place to edit is where the starter's words are", () => {
  assert.deepEqual(places(starter), ["2  emit", "7  count"]);
});

test("a head written anew is found by its name, and a call is no head", () => {
  const copy = `function help() {
  emit("Ada");
  emit("Ada", () => {
  });
}
export class Greeter {
  async emit<Name>(who: Name): Promise<void> {
    await later();
  }
}
export const listeners = {
  count: (_who: string) => {},
};
`;
  assert.deepEqual(places(copy), ["7  emit", "12  count"]);
});

test("a method that became a property is found by its name, too", () => {
  const copy = `export class Greeter {
  emit = (who: string) => {};
}
export const listeners = {
  async count(
    who: string,
  ) {},
};
`;
  assert.deepEqual(places(copy), ["2  emit", "5  count"]);
});
