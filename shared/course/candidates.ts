import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { behind } from "../workbook/work/answers.ts";
import { filesUnder, type Lesson, readText, shortPath } from "../workbook/work/course.ts";
import { type Change, changed, readChanges } from "./changes.ts";

/** A whole answer to a lesson: the text of each of the learner's files. */
export type Candidate = Record<string, string>;

/**
 * What proves a lesson: that right answers pass its checks and wrong ones do not, and that each step
 * asks for exactly one thing. How it is written stands at the top of `changes.ts`.
 */
export interface Proof {
  /** From the last step down: `steps[0]` turns the reference into what a learner has before the last. */
  steps: Change[];
  mistakes: Change[];
}

/** A candidate in another style, and what to call it. */
interface Alternative {
  name: string;
  files: Candidate;
}

/** The reference answer. Where a file only hands on a piece of the bus, the text of that piece. */
export function referenceOf(lesson: Lesson, root: string): Candidate {
  return Object.fromEntries(
    lesson.files.map((file) => [
      file,
      readText(behind(join(lesson.answers, file), root)),
    ]),
  );
}

export function starterOf(lesson: Lesson): Candidate {
  return Object.fromEntries(
    lesson.files.map((file) => [file, readText(join(lesson.given, file))]),
  );
}

/** What a learner has who is about to do step `step`. */
export function stageOf(reference: Candidate, { steps }: Proof, step: number): Candidate {
  return steps.filter((each) => each.step >= step).reduce(changed, reference);
}

/** The numbers of the steps, in order. */
export function stepsOf({ steps }: Proof): number[] {
  return steps.map(({ step }) => step).reverse();
}

/** Where a lesson's proof and alternatives are. */
function proofFolder(lesson: Lesson, root: string): string {
  return join(root, "shared", "course", lesson.folder);
}

/**
 * Every file of the folder that ends in `.diff` has mistakes, apart from the one that has the steps.
 *
 * @throws Error in a sentence, if there is no such file, or one is out of form
 */
export function readProof(lesson: Lesson, root: string): Proof {
  const folder = proofFolder(lesson, root);
  const shown = `shared/course/${lesson.folder}`;
  const read = (name: string) =>
    readChanges(readText(join(folder, name)), `${shown}/${name}`);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  if (!names.includes("steps.diff"))
    throw new Error(`Lesson ${lesson.number} has no ${shown}/steps.diff.`);
  const others = names.filter((name) => name.endsWith(".diff") && name !== "steps.diff");
  return {
    steps: read("steps.diff").sort((one, other) => other.step - one.step),
    mistakes: others.flatMap(read),
  };
}

/**
 * Each is a folder with the files that differ, or a `.diff` to the reference, where little does.
 *
 * @throws Error in a sentence, if a `.diff` is out of form
 */
export function alternativesOf(lesson: Lesson, root: string): Alternative[] {
  const folder = join(proofFolder(lesson, root), "alternatives");
  if (!existsSync(folder)) return [];
  const reference = referenceOf(lesson, root);
  const filesOf = (name: string): Candidate => {
    const path = join(folder, name);
    if (name.endsWith(".diff"))
      return readChanges(readText(path), shortPath(path)).reduce(changed, reference);
    const own = filesUnder(path).map((file) => [file, readText(join(path, file))]);
    return own.length === 0 ? {} : { ...reference, ...Object.fromEntries(own) };
  };
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name: name.replace(/\.diff$/, ""), files: filesOf(name) }))
    .filter(({ files }) => Object.keys(files).length > 0);
}

/** Each `todo(3, "…")` in a text, written the same way whatever its line breaks. */
export function todosIn(text: string): string[] {
  const call =
    /\btodo\(\s*(\d+),\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`),?\s*\)/g;
  return [...text.matchAll(call)].map(
    ([, step, task = ""]) => `todo(${step}, "${task.slice(1, -1)}")`,
  );
}
