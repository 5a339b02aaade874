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

/** A method of a starter, to be written in step 1. */
const method = (name: string, task = "do it") =>
  `  ${name}(): void {\n    todo(1, "${task}");\n  }\n`;

/** A starter with such methods. */
const door = (...methods: string[]) => `export class Door {\n${methods.join("")}}\n`;

/** Where the card sends a learner for a step: line and name, such as `2  emit`. */
function places(
  { given = starter, copy = "", step = 1, name = "", expected = "" },
  prepare: (course: TrialCourse) => void = () => {},
): string[] {
  using course = new TrialCourse();
  course.write(`lessons/${file}`, given);
  course.write(`work/${file}`, copy);
  prepare(course);
  const kind = "assertion" as const;
  const error = { kind, name: "", message: "", frames: [], expected };
  const failed = name ? { name: `step 1 · ${name}`, error } : undefined;
  return placesToEdit(lessonIn(course.root, "01-greeter"), step, failed).map((place) =>
    place.replace(/^.*greeter\.ts:?/, "").trim(),
  );
}

/** For steps 1 and 2. */
const ofBoth = (copy: string) => [1, 2].flatMap((step) => places({ copy, step }));

test("the place to edit is where the starter's words are", () => {
  assert.deepEqual(ofBoth(starter), ["2  emit", "7  count"]);
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
  assert.deepEqual(ofBoth(copy), ["3  emit", "8  count"]);
});

test("a head with other words in front is found", () => {
  const copy = `export class Greeter {
  public async emit(who: string): Promise<void> {}
}
export const listeners = {
  async count() {},
};
`;
  assert.deepEqual(ofBoth(copy), ["2  emit", "5  count"]);
});

test("a head of another form is named, without a line that may be another's", () => {
  const copy = `function help() {
    emit("Ada");
}
export class Greeter {
  "emit"(who: string): void {}
}
`;
  assert.deepEqual(ofBoth(copy), ["emit", "count"]);
});

test("first comes what the rule names, then what the check calls, then what the step names; at most four", () => {
  const names = ["open", "close", "greetAll", "greet", "wait"];
  const given = door(...names.map((name) => method(name)));
  const named = (name?: string) =>
    places({ given, ...(name && { name }) }, (course) => {
      const lesson = "lessons/01-greeter";
      course.change(`${lesson}/README.md`, "Make `greet` return", "Make `close` return");
      course.change(`${lesson}/greeter.test.ts`, "(greet(", "(door.greet(");
    });
  assert.deepEqual(named(), ["close", "open", "greetAll", "greet"]);
  assert.deepEqual(named("greets a customer by name"), [
    "greet",
    "close",
    "open",
    "greetAll",
  ]);
  assert.deepEqual(named("`wait` lets others close"), [
    "wait",
    "close",
    "open",
    "greetAll",
  ]);
});

test("what stands behind the title of a rule of days says nothing of the rule", () => {
  const rules =
    'const RULES = {\n  calm: "nobody waits",\n  last: "close comes last",\n};\n\n';
  const given = door(method("open"), method("close"));
  assert.deepEqual(
    places({ given, name: "nobody waits" }, (course) =>
      course.change("lessons/01-greeter/greeter.test.ts", "test(", `${rules}test(`),
    ),
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

test("what a file of another step throws is mended there first", () => {
  using course = new TrialCourse();
  course.write(`lessons/${file}`, starter);
  course.write(`work/${file}`, starter);
  const thrownIn = (own: string) => {
    const frames = [{ file: `${course.root}/work/01-greeter/${own}`, line: 3 }];
    const error = { kind: "thrown" as const, name: "SyntaxError", message: "", frames };
    const lesson = lessonIn(course.root, "01-greeter");
    const places = placesToEdit(lesson, 1, { name: "greets", error });
    return places.map((place) => place.replace(/^.*01-greeter\//, ""));
  };
  assert.deepEqual(thrownIn("wildcards.ts"), ["wildcards.ts:3", "greeter.ts:2  emit"]);
  assert.deepEqual(thrownIn("greeter.ts"), ["greeter.ts:2  emit"]);
});

test("a rule about the constructor, which has no name of its own, has it first", () => {
  const given = door(method("open"), method("constructor"));
  const name = "the constructor refuses a limit below 0";
  assert.deepEqual(places({ given, name }), ["constructor", "open"]);
});

test("of several functions, that one comes first whose task has words of the check's title", () => {
  const given = door(
    method("run", "decide until it has ended"),
    method("#ask", "send the command"),
    method("#end", "write the reason"),
  );
  assert.equal(places({ given, name: "each command has a key" })[0], "#ask");
  assert.equal(places({ given, name: "an end has its reasons" })[0], "#end");
});

test("the name of a value that differs speaks for the function of that name", () => {
  const given = door(method("subscribe"), method("emit"));
  const expected = "{ 'emit returns': 'object' }";
  const found = places({ given, copy: given, name: "a listener hears", expected });
  assert.deepEqual(found, ["5  emit", "2  subscribe"]);
});

test("a function inside a call belongs to the declaration around it", () => {
  const given = `export class Greeter {
  constructor(bus: Bus) {
    bus.subscribe("door.opened", (name) => {
      if (name) todo(1, "greet");
    });
  }
}
`;
  const copy = given.replace("door.opened", "door.#");
  assert.deepEqual(places({ given, copy }), ["2  constructor"]);
});

test("what the learner wrote besides, and the best place calls, comes third when a check fails", () => {
  const ring = "  #ring(): void {\n  }\n";
  const copy = `export class Door {
  open(): void {
    this.#ring();
    this.#drop("key");
    push(this);
  }

  close(): void {
    this.#lock();
  }

  #lock(): void {
  }

  #drop(what: string): void {
    this.#lock();
  }

${ring}}
function push(door: Door): void {
}
`;
  const given = door(method("open"), method("close"), ring);
  const name = "`open` lets everybody in";
  const first = ["2  open", "8  close", "15  #drop"];
  assert.deepEqual(places({ given, copy, name }), [...first, "22  push"]);
  // What it calls calls others.
  const deeper = copy.replace("    push(this);\n", "\n");
  assert.deepEqual(places({ given, copy: deeper, name }), [...first, "12  #lock"]);
});

test("what another step asks for, and the best place calls, is shown with it", () => {
  const once = "function once(send: () => unknown): unknown {\n";
  const task = "  // Step 2: send once.\n  return send();\n}\n";
  const listeners = "export const listeners = {\n  count: (name: string) =>";
  const given = `${once}${task}${listeners} todo(1, "count it once"),\n};\n`;
  const copy = `${once}  return send();\n}\n${listeners}\n    once(() => name),\n};\n`;
  const name = "`count` counts each name once";
  assert.deepEqual(places({ given, copy, name }), ["5  count", "1  once"]);
});

test("a function of another file that the best place calls is shown with it, a variable is not", () => {
  using course = new TrialCourse();
  const head = "export function checked(name: string): string {\n";
  const task = '  return todo(2, "refuse it");\n}\n';
  course.write("lessons/01-greeter/names.ts", `${head}${task}`);
  course.write("work/01-greeter/names.ts", `${head}  return name;\n}\n`);
  course.write(`lessons/${file}`, starter);
  const emit =
    "  emit(name: string): void {\n    const end = checked(name);\n    end(1);\n";
  course.write(`work/${file}`, `export class Greeter {\n${emit}  }\n}\n`);
  const error = { kind: "assertion" as const, name: "", message: "", frames: [] };
  const found = placesToEdit(lessonIn(course.root, "01-greeter"), 1, { name: "", error });
  assert.deepEqual(
    found.map((place) => place.replace(/^.*01-greeter\//, "")),
    ["greeter.ts:2  emit", "names.ts:1  checked"],
  );
});
