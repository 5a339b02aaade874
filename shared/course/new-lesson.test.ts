/** What `npm run new-lesson` lays out is a lesson: whatever proves one accepts it, its length aside. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { courseRoot } from "../workbook/work/course.ts";
import { proved } from "./account.ts";
import { placeholder } from "./explanation.ts";
import { runOn } from "./run-on.ts";
import { skeletonOf } from "./skeleton.ts";

const folder = "10-gift-cards";
mkdirSync(join(courseRoot, ".trial"), { recursive: true });
const root = mkdtempSync(join(courseRoot, ".trial", "new-lesson-"));
after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
for (const path of ["package.json", "tsconfig.json", "shared/todo.ts"]) {
  cpSync(join(courseRoot, path), join(root, path));
}

test("a name that is none gets a sentence, with one that is", () => {
  const names = ["", "gift-cards", "00-gift-cards", "10 gift cards", "10-x soon", "../x"];
  for (const name of names) {
    const { status, output } = runOn(root, "new-lesson.ts", name.split(" "));
    assert.equal(status, 1);
    assert.match(
      output,
      /^A lesson is called by two digits .* npm run new-lesson \d\d-gift-cards\n$/,
    );
  }
});

test("it lays out every file, keeps what is there, and takes no number twice", () => {
  const { status, output } = runOn(root, "new-lesson.ts", [folder]);
  assert.equal(status, 0, output);
  for (const [path, text] of skeletonOf(folder, "Gift cards")) {
    assert.equal(readFileSync(join(root, path), "utf8"), text);
  }
  assert.deepEqual(runOn(root, "new-lesson.ts", ["10-coupons"]), {
    status: 1,
    output: `There is a lesson 10, ${folder}; the next free number is 11.\n`,
  });
});

test("`npm test` accepts what it lays out, and says what the explanation still lacks", (t) => {
  const { status, output } = runOn(root, "prove.ts", ["10"]);
  assert.match(
    output,
    /3 checks on the reference, 1 step from the starter, 1 alternative accepted, 2 planted mistakes caught/,
  );
  const readme = readFileSync(join(root, "lessons", folder, "README.md"), "utf8");
  for (const line of readme.split("\n").filter((line) => line.includes(placeholder)))
    assert.ok(
      output.includes(`still to be written: ${line.slice(line.indexOf(placeholder))}`),
    );
  assert.match(output, /words without code and hints; 800 to 1800 are allowed/);
  assert.match(output, /tests, 1 failed/);
  assert.equal(status, 1);
  // A lesson that is not there is not green.
  assert.deepEqual(runOn(root, "prove.ts", ["99"]), {
    status: 1,
    output: "There is no lesson 99. The last one: npm test 10\n",
  });
  const named = runOn(root, "prove.ts", ["gift-cards"]);
  assert.match(named.output, /A lesson goes by its number: npm test 4/);
  proved(t, "the skeleton of a new lesson");
});
