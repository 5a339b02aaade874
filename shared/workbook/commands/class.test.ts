import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { zipSync } from "fflate";
import { TrialCourse } from "../trial-course.ts";

const file = "work/01-greeter/greeter.ts";

/** A course in whose folder `class` some have handed in the text of the greeter. */
function classOf(course: TrialCourse, answers: Record<string, string>): void {
  for (const [name, text] of Object.entries(answers))
    course.write(`class/${name}/${file}`, text);
}

/** The cells behind a name: steps, seconds, type errors, comments. */
function rowOf(output: string, name: string): string[] {
  const line = output.split("\n").find((text) => text.startsWith(name)) ?? "";
  return line
    .slice(name.length)
    .trim()
    .split(/\s{2,}/);
}

test("a class is one table, and whoever loops for ever has a row in it", async () => {
  using course = new TrialCourse();
  course.checkTypes();
  course.solve();
  const right = course.read(file);
  rmSync(join(course.root, "work"), { recursive: true });
  const loop = right.replace("return names.map(greet);", "for (;;) {}");
  classOf(course, {
    "Ada Lovelace": `${right}\nconst one: 1 = 2;`,
    Bob: loop,
  });
  course.write("class/Carl/work/comments.md", "## Why?\n\nBecause.\n");
  const bytes = (text: string) => new TextEncoder().encode(text);
  const archive = zipSync({ [file]: bytes(right), "../../stolen.ts": bytes("x") });
  writeFileSync(join(course.root, "class", "Dora.zip"), archive);
  course.write("class/Zoe.zip", "this is no archive");
  course.write("class/Yan/greeter.ts", right);
  // Packed once more by hand, in a folder or by another program.
  const again = zipSync({ [`hand-in/${file}`]: bytes(right) });
  writeFileSync(join(course.root, "class", "Xenia.ZIP"), again);
  course.write("class/Will.rar", "Rar!");
  const { status, output } = await course.lesson("1", "test", join(course.root, "class"));
  const checked = ["Ada Lovelace", "Bob", "Dora"];
  assert.deepEqual(
    checked.map((name) => rowOf(output, name).toSpliced(1, 1)),
    [
      ["3 of 3", "1", "none"],
      ["1 of 3", "0", "none"],
      ["3 of 3", "0", "none"],
    ],
    output,
  );
  assert.deepEqual(rowOf(output, "Carl"), ["not handed in", "1 of 1"]);
  assert.deepEqual(rowOf(output, "Zoe"), ["cannot be unpacked"]);
  assert.deepEqual(rowOf(output, "Yan"), ["no work/ in it"]);
  assert.deepEqual(rowOf(output, "Xenia"), ["no work/ in it"]);
  assert.deepEqual(rowOf(output, "Will.rar"), ["not a .zip"]);
  assert.equal(status, 0);
});

test("where nothing was handed in, one sentence says what should be there", async () => {
  using course = new TrialCourse();
  const { status, output } = await course.lesson("1", "test", "nowhere");
  assert.match(output, /^There is nothing to check in "nowhere": it should hold/);
  assert.equal(status, 1);
  course.write("class/Ada.zip", "an archive, and no folder of them");
  const one = await course.lesson("1", "test", "class/Ada.zip");
  assert.match(one.output, /^There is nothing to check in "class\/Ada.zip"/);
});
