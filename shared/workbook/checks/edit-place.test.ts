import assert from "node:assert/strict";
import { test } from "node:test";
import { TrialCourse } from "../trial-course.ts";
import { lessonIn } from "../work/course.ts";
import { placesToEdit } from "./edit-place.ts";

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

test("a step that comes back to a function is found by its comment, and by a TODO over lines", () => {
  using course = new TrialCourse();
  const twice = starter
    .replace("    todo(1,", "    // Step 2: greet once.\n    todo(1,")
    .replace('todo(2, "count")', '{\n    todo(\n      2,\n      "count",\n    );\n  }');
  course.write(`lessons/${file}`, twice);
  course.write(`work/${file}`, starter);
  const error = {
    kind: "thrown" as const,
    name: "Error",
    message: "",
    frames: [{ file: `${course.root}/work/${file}`, line: 1, column: 1 }],
  };
  const found = placesToEdit(lessonIn(course.root, "01-greeter"), 2, error);
  assert.deepEqual(
    found.map((place) => place.replace(/^.*greeter\.ts:/, "")),
    ["2  emit", "7  count"],
  );
});

test("a function inside a call belongs to the declaration around it", () => {
  using course = new TrialCourse();
  const inside = `export class Greeter {
  constructor(bus: Bus) {
    bus.subscribe("door.opened", (name) => {
      if (name) todo(1, "greet");
    });
  }
}
`;
  course.write(`lessons/${file}`, inside);
  course.write(`work/${file}`, inside.replace("door.opened", "door.#"));
  const [place] = placesToEdit(lessonIn(course.root, "01-greeter"), 1);
  assert.match(place ?? "", /:2 {2}constructor$/);
});
