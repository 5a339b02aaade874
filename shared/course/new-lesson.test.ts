/** What `npm run new-lesson` lays out is a lesson: whatever proves one accepts it, its length aside. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { runChecks } from "../workbook/checks/run-checks.ts";
import { courseRoot, lessonIn } from "../workbook/work/course.ts";
import { proved } from "./account.ts";
import { readProof, referenceOf, stageOf, starterOf, stepsOf } from "./candidates.ts";
import { changed } from "./changes.ts";
import { outOfForm, placeholder } from "./explanation.ts";
import { refresh } from "./includes.ts";
import { skeletonOf } from "./skeleton.ts";
import { tryOut } from "./trial.ts";
import { acceptedBy, caught, nextIs, unsolvedIn } from "./verdicts.ts";

const folder = "10-gift-cards";
mkdirSync(join(courseRoot, ".trial"), { recursive: true });
const root = mkdtempSync(join(courseRoot, ".trial", "new-lesson-"));
after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
for (const path of ["package.json", "tsconfig.json", "shared/todo.ts"]) {
  cpSync(join(courseRoot, path), join(root, path));
}

function newLesson(...words: string[]) {
  const program = join(import.meta.dirname, "new-lesson.ts");
  const args = ["--import", import.meta.resolve("tsx"), program, ...words];
  const env = { ...process.env, WORKBOOK_ROOT: root };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env });
  return { status, said: `${stdout}${stderr}` };
}

test("a name that is none gets a sentence, with one that is", () => {
  for (const name of ["", "gift-cards", "10 gift cards", "../10-gift-cards"]) {
    const { status, said } = newLesson(name);
    assert.equal(status, 1);
    assert.match(
      said,
      /^A lesson is called by two digits .* npm run new-lesson \d\d-gift-cards\n$/,
    );
  }
});

test("it lays out every file, keeps what is there, and takes no number twice", () => {
  const { status, said } = newLesson(folder);
  assert.equal(status, 0, said);
  for (const [path, text] of skeletonOf(folder, "Gift cards")) {
    assert.equal(readFileSync(join(root, path), "utf8"), text);
  }
  assert.deepEqual(newLesson("10-coupons"), {
    status: 1,
    said: `There is a lesson 10, ${folder}; the next free number is 11.\n`,
  });
});

test("what it lays out holds every proof of a lesson", async (t) => {
  const lesson = lessonIn(root, folder);
  const readme = join(lesson.given, "README.md");
  const text = readFileSync(readme, "utf8");
  const { broken, stale } = await refresh(text, root, readme);
  assert.deepEqual([...broken, ...stale], []);
  const left = text.split("\n").filter((line) => line.includes(placeholder));
  const complaints = outOfForm(lesson).map(({ message }) => message);
  const [words, ...others] = complaints;
  assert.match(words ?? "", /words without code and hints; 800 to 1800 are allowed/);
  assert.equal(left.length, 17);
  assert.deepEqual(
    others,
    left.map((line) => `still to be written: ${line.slice(line.indexOf(placeholder))}`),
  );
  const starter = await tryOut(root, lesson, starterOf(lesson));
  assert.equal(unsolvedIn(starter), undefined);
  const reference = await runChecks({ root, lesson, conditions: ["solution"] });
  assert.equal(acceptedBy(reference), undefined);
  const proof = readProof(lesson, root);
  const answer = referenceOf(lesson, root);
  for (const step of stepsOf(proof)) {
    const run = await tryOut(root, lesson, stageOf(answer, proof, step));
    assert.equal(nextIs(step, run, starterOf(lesson)), undefined);
  }
  for (const mistake of proof.mistakes) {
    const run = await tryOut(root, lesson, changed(answer, mistake));
    assert.equal(caught(mistake, run), undefined);
  }
  proved(t, "the skeleton of a new lesson");
});
