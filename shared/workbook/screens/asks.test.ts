/** Lessons whose checks stand in a folder, and whose explanation lists what each step asks. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { timeLimitOf } from "../checks/run-checks.ts";
import { greeter, TrialCourse } from "../trial-course.ts";
import { lessonIn } from "../work/course.ts";

const lesson = "lessons/01-greeter";

const desk = `export { default as assert } from "node:assert/strict";
export { test } from "node:test";
export * from "#lesson/01-greeter/greeter.ts";
`;

const later = `import { assert, greetLater, test } from "./desk.ts";

test("step 3 · \`greetLater\` resolves to the greeting of *one* customer", async () => {
  assert.equal(await greetLater("Ada"), "Hello, Ada!");
});

test("step 3 · an empty name rejects with a TypeError, and the sentence says which of the customers it was that had none", async () => {
  await assert.rejects(greetLater(""), TypeError);
});

test("step 3 · on any day, all of this holds", async () => {
  await assert.rejects(greetLater(""), TypeError);
});
`;

const asks = `Make \`greetLater\` resolve to a greeting.

An empty name has nobody to greet.

**What this step asks**

<!-- asked by step 3 -->
- \`greetLater\` resolves to the greeting of \\*one\\* customer
- an empty name rejects with a TypeError, and the sentence says which of the customers it was that had none
- on any day, all of this holds
`;

/** The first lesson of the fixtures in the form of folders. */
function courseOfFolders(): TrialCourse {
  const course = new TrialCourse();
  course.write(`${lesson}/checks/desk.ts`, desk);
  const [, greet, greetAll] = course
    .read(`${lesson}/greeter.test.ts`)
    .split(/^(?=test\()/m);
  const uses = 'import { assert, greet, greetAll, test } from "./desk.ts";\n\n';
  course.write(`${lesson}/checks/1-greet.ts`, `${uses}${greet}`);
  course.write(`${lesson}/checks/2-greet-all.ts`, `${uses}${greetAll}`);
  course.write(`${lesson}/checks/3-greet-later.ts`, later);
  course.write(
    `${lesson}/greeter.test.ts`,
    'import "./checks/1-greet.ts";\nimport "./checks/2-greet-all.ts";\nimport "./checks/3-greet-later.ts";\n',
  );
  course.change(
    `${lesson}/README.md`,
    "Make `greetLater` resolve to a greeting, and reject with a `TypeError` when the name is empty.\n",
    asks,
  );
  return course;
}

const list = `  What this step asks   ✔ passed · ▸ failed · "·" not tried in full yet
  ✔ \`greetLater\` resolves to the greeting of *one* customer
  ▸ an empty name rejects with a TypeError, and the sentence says which of the
    customers it was that had none
  · on any day, all of this holds
`;

describe("what a step asks", { concurrency: 2 }, () => {
  test("the card has the text up to the list, ticks what passes and marks what fails; so does a hint", async () => {
    using course = courseOfFolders();
    course.solve({ ...greeter, 3: "return greet(name);" });
    const { output } = await course.lesson("1", "test");
    assert.ok(
      output.includes(
        `Step 3 of 3 · Greet later                                                not yet

  Make \`greetLater\` resolve to a greeting.

  An empty name has nobody to greet.

${list}
  Says     Missing expected rejection (TypeError).`,
      ),
      output,
    );
    assert.match(output, /Check {4}lessons\/01-greeter\/checks\/3-greet-later\.ts:7\n/);
    assert.match(output, /npm run lesson 1 read /);
    const hint = (await course.lesson("1", "hint")).output;
    assert.ok(hint.includes(list.replace("\n  ✔", "\n  ·")), hint);
    assert.match(hint, /What does `async` do with a thrown error\?/);
  });

  test("a rule of days is placed where its step plays the days", async () => {
    using course = courseOfFolders();
    course.change(
      "lessons/01-greeter/checks/2-greet-all.ts",
      'test("step 2 · greets everybody in order", ',
      "const anyDay = (step: number, play: () => void) =>\n  test('step ' + step + ' · greets everybody in order', play);\n\nanyDay(2, ",
    );
    course.solve({ 1: greeter[1], 2: "return [];" });
    const { output } = await course.lesson("1", "test");
    assert.match(output, /Check {4}lessons\/01-greeter\/checks\/2-greet-all\.ts:6\n/);
  });

  test("what days look at as well has no tick before all of them were played", async () => {
    using course = courseOfFolders();
    const desk = `${lesson}/checks/desk.ts`;
    const rule = "`greetLater` resolves to the greeting of *one* customer";
    course.write(desk, `${course.read(desk)}export const RULES = ["${rule}"];\n`);
    course.solve({ ...greeter, 3: "return greet(name);" });
    const { output } = await course.lesson("1", "test");
    assert.ok(output.includes(`\n  · ${rule}\n  ▸ an empty name`), output);
  });

  test("a text too long for a card has no samples, then no last paragraphs, and says so", async () => {
    using course = courseOfFolders();
    course.solve({ 1: greeter[1], 2: greeter[2] });
    course.change(
      `${lesson}/README.md`,
      "An empty name has",
      `For example:\n\n\`\`\`ts\n${"greet();\n".repeat(20)}\`\`\`\n\n| a | b |\n| - | - |\n| c | d |\n\nAn empty name has`,
    );
    course.change(
      `${lesson}/README.md`,
      "An empty name has nobody to greet.",
      `An empty name has nobody to greet.\n\n${"Word. ".repeat(200)}`,
    );
    const { output } = await course.lesson("1", "test");
    const shown =
      "greeting.\n\n  For example …\n\n  An empty name has nobody to greet.\n\n  … more: npm run lesson 1 read\n\n  What";
    assert.ok(output.includes(shown), output);
  });

  test("the explanation in the terminal has the list, and not the comment", async () => {
    using course = courseOfFolders();
    const { output } = await course.lesson("1", "read");
    assert.match(output, /What this step asks\n\n· `greetLater` resolves/);
    assert.doesNotMatch(output, /asked by/);
  });
});

describe("checks in a folder", { concurrency: 2 }, () => {
  test("a change to what the checks share ends old progress", async () => {
    using course = courseOfFolders();
    course.solve();
    assert.match((await course.lesson()).output, /■■■ +done/);
    course.change(
      `${lesson}/checks/desk.ts`,
      'export * from "#lesson/01-greeter/greeter.ts";',
      'export { greetAll, greetLater } from "#lesson/01-greeter/greeter.ts";\nexport const greet = () => "nobody";',
    );
    const { output } = await course.lesson();
    assert.match(output, /□■■ +2 of 3 steps/);
    assert.doesNotMatch(course.read("work/progress.json"), /suspects/);
  });

  test("a time limit may stand in any of them; the longest holds", () => {
    using course = courseOfFolders();
    const of = () => timeLimitOf(lessonIn(course.root, "01-greeter"));
    assert.equal(of(), 5);
    course.change(`${lesson}/checks/desk.ts`, "export", "// time limit: 20 s\nexport");
    course.change(`${lesson}/greeter.test.ts`, "import", "// time limit: 7 s\nimport");
    assert.equal(of(), 20);
  });

  test("what is only read, checked, played or beyond the core is not copied to work/", async () => {
    using course = courseOfFolders();
    const rooms = ["checks", "given", "further", "parts"];
    for (const room of rooms)
      for (const top of ["lessons", "solutions"])
        course.write(`${top}/01-greeter/${room}/names.ts`, "export const names = [];\n");
    await course.lesson();
    const { files } = lessonIn(course.root, "01-greeter");
    assert.deepEqual(files, ["greeter.ts"]);
    for (const room of rooms)
      assert.equal(existsSync(join(course.root, "work", "01-greeter", room)), false);
  });
});
