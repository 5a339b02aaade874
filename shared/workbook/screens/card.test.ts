import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { greeter, TrialCourse } from "../trial-course.ts";

const file = "work/01-greeter/greeter.ts";

describe("the failure card", { concurrency: 2 }, () => {
  test("an unsolved step is one's turn, with the place to write and no stack trace", async () => {
    using course = new TrialCourse();
    const { status, output } = await course.lesson("1", "test");
    assert.equal(
      output,
      `1 · Your own greeter                                           □□□  0 of 3 steps

Step 1 of 3 · Greet one customer                                       your turn

  Make \`greet\` return the words \`Hello, \` and the name and an exclamation mark.

  Edit     work/01-greeter/greeter.ts:5
  Check    lessons/01-greeter/greeter.test.ts:5

  npm run lesson 1 hint        a hint for this step
  npm run lesson 1 read        the step in full, and the explanation
  npm run lesson 1 test        check again
  npm run lesson 1 watch       check at every save
`,
    );
    assert.equal(status, 1);
  });

  const cards: [what: string, find: string, put: string, ...shown: RegExp[]][] = [
    [
      "a wrong result is shown beside the expected one, and no later check is",
      "Hello",
      "Hallo",
      /Step 1 of 3 · Greet one customer +not yet/,
      /Checked +greets a customer by name\n {2}Expected 'Hello, Ada!'\n {2}Actual {3}'Hallo, Ada!'/,
      /Edit +work\/01-greeter\/greeter\.ts:4 {2}greet\n/,
      /Check +lessons\/01-greeter\/greeter\.test\.ts:5\n/,
      /^(?!.*greets everybody)/s,
    ],
    [
      "an error that was thrown names the line that threw, and where to write; a recursion is called one",
      "return names.map",
      "return greetAll(names).map",
      /■□■ {2}2 of 3 steps/,
      /Threw +RangeError: Maximum call stack size exceeded\n/,
      /Says +A function calls itself again and again: a recursion/,
      /\n {2}At +work\/01-greeter\/greeter\.ts:10\n/,
      /\n {2}Edit +work\/01-greeter\/greeter\.ts:9 {2}greetAll\n/,
    ],
    [
      "a rejected promise that nobody waits for is told from an error that was thrown",
      "return greet(name);\n}\n",
      'Promise.reject(new Error("the door is shut"));\n  await new Promise(setImmediate);\n  return greet(name);\n}\n',
      /Step 3 of 3/,
      /Threw +Error: the door is shut\n/,
      /Says +A promise was rejected, and nothing handles that/,
    ],
    [
      "a syntax error is shown before any check runs, with its line",
      "return names.map(greet);",
      "return names.map(greet;",
      /does not run\n\n {2}This is not TypeScript yet: Expected "\)" but found ";"/,
      /Edit +work\/01-greeter\/greeter\.ts:10\n +return names\.map\(greet;\n/,
    ],
    [
      "a field that no class declares is named, and not called a missing bracket",
      "export function greetAll",
      "export class Door {\n  open = () => this.#key;\n}\n\nexport function greetAll",
      /does not run\n\n {2}The class has no #key, which is used here\./,
      /Edit +work\/01-greeter\/greeter\.ts:10\n/,
      /^(?!.*bracket)/s,
    ],
    [
      "an export that is gone",
      "export function greetAll",
      "function greetAll",
      /work\/01-greeter\/greeter\.ts does not export greetAll/,
      /Put "export" in front of it\./,
    ],
    [
      "an import of a name that the course does not have",
      "export function greetAll",
      'import { tood } from "#todo";\nvoid tood;\nexport function greetAll',
      /tood is imported from "#todo", which has no such name/,
      /Edit +work\/01-greeter\/greeter\.ts:9\n/,
      /Did you mean "todo"\?/,
    ],
    [
      "an import of a file that is not there",
      "import",
      'import "./greter.ts";\nimport',
      /imports work\/01-greeter\/greter\.ts, which is not\s+there\./,
      /Did you mean "greeter\.ts"\?/,
    ],
    [
      "a file that stops while it is loaded",
      "import",
      'throw new Error("too early");\nimport',
      /Your code stops while it is being loaded: Error: too early/,
    ],
    [
      "a promise that never settles ends in a sentence",
      "return greet(name);\n}\n",
      "await new Promise(() => {});\n  return greet(name);\n}\n",
      /■■□ {2}2 of 3 steps\n\nStep 3 of 3/,
      // Later versions of Node keep the process alive: then it is the time limit that tells.
      /A promise never settled\.|waits for something that never\s+comes/,
    ],
    [
      "code that ends the process",
      "return names.map",
      "process.exit(7);\n  return names.map",
      /Step 2 of 3/,
      /Your code ended the whole process: the process ended with status\s+7/,
    ],
  ];
  for (const [what, find, put, ...shown] of cards)
    test(what, async () => {
      using course = new TrialCourse();
      course.solve();
      course.change(file, find, put);
      const { status, output } = await course.lesson("1", "test");
      for (const part of shown) assert.match(output, part);
      assert.equal(status, 1);
    });

  test("a step without a TODO is one's turn when the one before it is done, and not yet once one has tried", async () => {
    using course = new TrialCourse();
    course.change(
      "lessons/01-greeter/greeter.ts",
      `todo(2, "greet every name");`,
      "return []; // Step 2: all",
    );
    course.solve({ 1: greeter[1] });
    for (const _ of ["at first", "with nothing changed"]) {
      const { output } = await course.lesson("1", "test");
      assert.match(output, /Step 2 of 3 · Greet a group +your turn/);
      assert.match(
        output,
        /\n {2}Done {5}Step 1\. What follows is what step 2 still lacks\.\n {2}Checked/,
      );
      assert.match(output, /Actual +\[\]/);
    }
    course.change(file, "return []", "return names");
    const { output } = await course.lesson("1", "test");
    assert.match(output, /Step 2 of 3 · Greet a group +not yet/);
    assert.doesNotMatch(output, /still lacks/);
  });

  test("the file whose save broke a step is named, stays so, and is edited first; a reset forgets it", async () => {
    using course = new TrialCourse();
    const names = "work/01-greeter/names.ts";
    course.write(names, 'export const hello = "Hello, ";\n');
    course.solve({
      ...greeter,
      1: 'return [hello, name, "!"].join("");',
    });
    course.change(file, "import", 'import { hello } from "./names.ts";\nimport');
    assert.match((await course.lesson("1", "test")).output, /3 of 3 steps/);
    course.change(names, "Hello", "Hallo");
    for (const found of ["before the next save", "after it"]) {
      const { output } = await course.lesson("1", "test");
      assert.match(
        output,
        /Before +This passed before you saved work\/.*names\.ts/,
        found,
      );
      assert.match(output, /Edit +work\/01-greeter\/names\.ts\n +work\/.*greeter\.ts:/);
      course.write(file, `${course.read(file)}\n`);
    }
    await course.lesson("1", "reset");
    course.solve({ 1: 'return "Hello";' });
    assert.doesNotMatch((await course.lesson("1", "test")).output, /passed before/);
  });

  test("a later save that breaks another check of the step is named, too", async () => {
    using course = new TrialCourse();
    const names = "work/01-greeter/names.ts";
    course.write(names, "export const Refusal = TypeError;\n");
    const later = 'if (name === "") throw new Refusal("empty");\n  return greet(name);';
    course.solve({ ...greeter, 3: later });
    course.change(file, "import", 'import { Refusal } from "./names.ts";\nimport');
    assert.match((await course.lesson("1", "test")).output, /3 of 3 steps/);
    course.change(file, "return greet(name)", "return name");
    assert.match((await course.lesson("1", "test")).output, /saved work\/.*greeter\.ts/);
    course.change(file, "return name;", "return greet(name);");
    course.change(names, "TypeError", "RangeError");
    assert.match((await course.lesson("1", "test")).output, /Before.*\n?.*names\.ts/);
  });

  test("the TODO of a later step does not make it one's turn", async () => {
    using course = new TrialCourse();
    course.solve({ 1: 'todo(3, "greet later");' });
    const { output } = await course.lesson("1", "test");
    assert.match(output, /Step 1 of 3 · Greet one customer +not yet/);
    assert.match(output, /Threw +TodoError: TODO step 3: greet later\n/);
    assert.match(output, /Says +Code ran that waits for a later step/);
    assert.match(output, /Edit +work\/01-greeter\/greeter\.ts:4 {2}greet\n/);
  });

  test("what the check handed in, and what came through the code, asks for a try", async () => {
    using course = new TrialCourse();
    course.write(
      "work/01-greeter/greeter.ts",
      course
        .read("solutions/01-greeter/greeter.ts")
        .replace(/^export \* .*$/m, course.read("shared/bus/greeter.ts")),
    );
    course.change(
      "lessons/01-greeter/greeter.test.ts",
      'greetAll(["Ada", "Grace"])',
      'greetAll({ [Symbol.iterator]() { throw new Error("the door is shut"); } } as never)',
    );
    const { output } = await course.lesson("1", "test");
    assert.match(output, /Threw +Error: the door is shut\n/);
    assert.match(output, /Says +Your code called what threw this, and let it through/);
  });

  test("what the code prints is shown apart, and only what it printed in this check", async () => {
    using course = new TrialCourse();
    course.solve({
      1: `console.log("hello");\n  ${greeter[1]}`,
      2: 'console.log("in greetAll");\n  console.error("to both");\n  return ["Hello, " + "very ".repeat(12)];',
    });
    const { output } = await course.lesson("1", "test");
    assert.match(output, /\+ expected - actual\n\n {4}- \[\n {4}- {3}'Hello, very /);
    assert.match(output, /Your code printed\n {4}in greetAll\n {4}to both\n\n/);
  });

  test("a type error blocks nothing, and is shown", async () => {
    using course = new TrialCourse();
    course.checkTypes();
    const wrong = "const first: string = names.length;";
    course.solve({ ...greeter, 2: `${wrong}\n  ${greeter[2]}` });
    const { status, output } = await course.lesson("1", "test");
    assert.match(output, /Built: a greeter/);
    assert.match(
      output,
      /The type-checker says\n {4}work\/01-greeter\/greeter\.ts:10\n {6}Type 'number' is not assignable to type 'string'\./,
    );
    assert.equal(status, 0);
  });

  test("checks that are damaged are not blamed on the learner", async () => {
    const checks = "lessons/01-greeter/greeter.test.ts";
    using course = new TrialCourse();
    course.solve();
    course.change(checks, 'greet("Ada"),', 'greet("Ada",');
    const { output } = await course.lesson("1", "test");
    assert.match(output, /A file of the course +does not run/);
    assert.match(output, /greeter\.test\.ts:6 is damaged: Expected "\)" but\s+found ";"/);
    assert.match(
      output,
      /was:\n\n {2}git checkout -- lessons\/01-greeter\/greeter\.test\.ts\n/,
    );
    assert.doesNotMatch(output, /work\/01-greeter/);
  });

  test("an empty file", async () => {
    using course = new TrialCourse();
    course.write(file, "\n");
    const { output } = await course.lesson("1", "test");
    assert.match(
      output,
      /work\/01-greeter\/greeter\.ts is empty\.\n\n.*npm run lesson 1\s+reset/s,
    );
  });

  const door = JSON.stringify(import.meta.resolve("#any-day"));
  /** The check of step 1 as any day: names made up by chance. */
  function greetAnyDay(course: TrialCourse): void {
    const checks = "lessons/01-greeter/greeter.test.ts";
    course.change(
      checks,
      "import assert",
      `// time limit: 2 s\nimport { playDays } from ${door};\nimport fc from "fast-check";\nimport assert`,
    );
    course.change(
      checks,
      'assert.equal(greet("Ada"), "Hello, Ada!");',
      `const see = (value: string) => [{ rule: "a name is said as it is", what: "the greeting", value }];
  return playDays({
    day: fc.string({ unit: fc.constantFrom("a", "b") }),
    play: (name) => see(greet(name)),
    model: (name) => see("Hello, " + name + "!"),
    story: (name) => ["customer " + name + " is greeted"],
    rule: () => "a name is said as it is",
  });`,
    );
  }

  test("a day that goes wrong is told as a story, and no other rule of these days is called passed", async () => {
    using course = new TrialCourse();
    course.solve({
      ...greeter,
      1: 'return ["Hello, ", name.replace("b", "B"), "!"].join("");',
    });
    greetAnyDay(course);
    const checks = "lessons/01-greeter/greeter.test.ts";
    course.change(checks, "import { playDays }", "import { checkDays }");
    course.change(checks, 'test("step 1 · greets a customer by name", () => {', "");
    course.change(
      checks,
      "return playDays({",
      'checkDays(1, ["nobody is forgotten", "a name is said as it is"], {',
    );
    course.change(checks, "  });\n});", "  });");
    course.change(
      "lessons/01-greeter/README.md",
      "A [longer explanation]",
      "**What this step asks**\n\n<!-- asked by step 1 -->\n- nobody is forgotten\n- a name is said as it is\n\nA [longer explanation]",
    );
    const { output } = await course.lesson("1", "test");
    assert.match(output, /· nobody is forgotten\n +▸ a name is said as it is\n/);
    assert.match(
      output,
      /Rule +a name is said as it is\n +A day +customer b is greeted\n +Expected the greeting: Hello, b!\n +Actual +the greeting: Hello, B!/,
    );
    assert.doesNotMatch(output, /Not checked/);
  });

  test("a day that loops for ever is told as well", async () => {
    using course = new TrialCourse();
    course.solve({
      ...greeter,
      1: 'while (name.includes("b"));\n  return ["Hello, ", name, "!"].join("");',
    });
    greetAnyDay(course);
    const { output } = await course.lesson("1", "test");
    assert.match(
      output,
      /Rule +a name is said as it is\n +A day +customer a*b[ab]* is greeted\n +Says +Your code loops for ever, or/,
    );
    assert.match(output, /Edit +work\/01-greeter\/greeter\.ts:5 {2}greet\n/);
  });
});
