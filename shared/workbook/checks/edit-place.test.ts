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
    .map((place) => place.replace(/^.*greeter\.ts:?/, ""));
}

test("the place to edit is where the starter's words are", () => {
  assert.deepEqual(places(starter), ["2  emit", "7  count"]);
});

test("a head with other parameters is found by its name, and a longer name is another", () => {
  const copy = `export class Greeter {
  emitAll() {}
  emit<Name>(who: Name): void {
    this.last = who;
  }
}
export const listeners = {
  count: (_who: string) => {},
};
`;
  assert.deepEqual(places(copy), ["3  emit", "8  count"]);
});

test("a head with other words in front is found", () => {
  const copy = `export class Greeter {
  public async emit(who: string): Promise<void> {}
}
export const listeners = {
  async count() {},
};
`;
  assert.deepEqual(places(copy), ["2  emit", "5  count"]);
});

test("a head of another form is named, without a line that may be another's", () => {
  const copy = `function help() {
    emit("Ada");
}
export class Greeter {
  "emit"(who: string): void {}
}
`;
  assert.deepEqual(places(copy), ["  emit", "  count"]);
});

test("first comes what the rule names, then what the check calls, then what the step names; at most three", () => {
  using course = new TrialCourse();
  const method = (name: string) => `  ${name}(): void {\n    todo(1, "do it");\n  }\n`;
  const names = ["open", "close", "greetAll", "greet", "wait"];
  course.write(
    `lessons/${file}`,
    `export class Door {\n${names.map(method).join("")}}\n`,
  );
  course.write(`work/${file}`, "");
  course.change(
    "lessons/01-greeter/README.md",
    "Make `greet` return",
    "Make `close` return",
  );
  course.change("lessons/01-greeter/greeter.test.ts", "(greet(", "(door.greet(");
  const lesson = lessonIn(course.root, "01-greeter");
  const named = (name?: string) =>
    placesToEdit(lesson, 1, name ? { name } : undefined).map(
      (place) => place.split("  ")[1],
    );
  assert.deepEqual(named(), ["close", "open", "greetAll"]);
  assert.deepEqual(named("step 1 · greets a customer by name"), [
    "greet",
    "close",
    "open",
  ]);
  assert.deepEqual(named("step 1 · `wait` lets others go first"), [
    "wait",
    "close",
    "open",
  ]);
});

test("what stands behind the title of a rule of days says nothing of the rule", () => {
  using course = new TrialCourse();
  const checks = "lessons/01-greeter/greeter.test.ts";
  const method = (name: string) => `  ${name}(): void {\n    todo(1, "do it");\n  }\n`;
  course.write(
    `lessons/${file}`,
    `export class Door {\n${method("open")}${method("close")}}\n`,
  );
  course.write(`work/${file}`, "");
  course.change(
    checks,
    "test(",
    'const RULES = {\n  calm: "nobody waits",\n  last: "close comes last",\n};\n\ntest(',
  );
  const lesson = lessonIn(course.root, "01-greeter");
  const places = placesToEdit(lesson, 1, { name: "step 1 · nobody waits" });
  assert.deepEqual(
    places.map((place) => place.split("  ")[1]),
    ["open", "close"],
  );
});

test("a step that comes back to a function is found by its comment, behind what it begins, by a TODO over lines", () => {
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
    frames: [{ file: `${course.root}/work/${file}`, line: 1 }],
  };
  const found = placesToEdit(lessonIn(course.root, "01-greeter"), 2, { name: "", error });
  assert.deepEqual(
    found.map((place) => place.replace(/^.*greeter\.ts:?/, "")),
    ["7  count", "2  emit"],
  );
});

test("of several functions, that one comes first whose task has words of the check's title", () => {
  using course = new TrialCourse();
  const tasks = {
    run: "decide until it has ended",
    "#ask": "send the command",
    "#end": "write the reason",
  };
  const methods = Object.entries(tasks).map(
    ([name, task]) => `  ${name}(): void {\n    todo(1, "${task}");\n  }\n`,
  );
  course.write(`lessons/${file}`, `export class Saga {\n${methods.join("")}}\n`);
  course.write(`work/${file}`, "");
  const lesson = lessonIn(course.root, "01-greeter");
  const first = (name: string) =>
    placesToEdit(lesson, 1, { name: `step 1 · ${name}` })[0]?.split("  ")[1];
  assert.deepEqual(
    [first("each command has a key"), first("an end has its reasons")],
    ["#ask", "#end"],
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

test("what the learner wrote besides, and the best place calls, comes third when a check fails", () => {
  using course = new TrialCourse();
  const method = (name: string) => `  ${name}(): void {\n    todo(1, "do it");\n  }\n`;
  const given = "  #ring(): void {}\n}\n";
  course.write(
    `lessons/${file}`,
    `export class Door {\n${method("open")}${method("close")}${given}`,
  );
  course.write(
    `work/${file}`,
    `export class Door {
  open(): void {
    this.#ring();
    this.#drop("key");
    push(this);
  }

  close(): void {
    this.#lock();
  }

  #lock(): void {}

  #drop(what: string): void {
    this.#lock();
  }

${given}function push(door: Door): void {
}
`,
  );
  const failed = { name: "step 1 · `open` lets everybody in" };
  const places = placesToEdit(lessonIn(course.root, "01-greeter"), 1, failed);
  assert.deepEqual(
    places.map((place) => place.replace(/^.*greeter\.ts:/, "")),
    ["2  open", "8  close", "14  #drop"],
  );
});
