import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { behind } from "../workbook/work/answers.ts";
import { filesUnder, type Lesson } from "../workbook/work/course.ts";
import type { Change, Proof } from "./proof.ts";

/** A whole answer to a lesson: the text of each of the learner's files. */
export type Candidate = Record<string, string>;

/** A candidate in another style, and what to call it. */
export interface Alternative {
  name: string;
  files: Candidate;
}

/** The reference answer. Where a file only hands on a piece of the bus, the text of that piece. */
export function referenceOf(lesson: Lesson, root: string): Candidate {
  return Object.fromEntries(
    lesson.files.map((file) => [file, textOf(behind(join(lesson.answers, file), root))]),
  );
}

export function starterOf(lesson: Lesson): Candidate {
  return Object.fromEntries(
    lesson.files.map((file) => [file, textOf(join(lesson.given, file))]),
  );
}

/** What a learner has who is about to do step `step`. */
export function stageOf(reference: Candidate, proof: Proof, step: number): Candidate {
  const undo = stepsOf(proof).filter((each) => each >= step);
  return undo
    .reverse()
    .reduce((candidate, each) => changed(candidate, proof.steps[each] ?? []), reference);
}

/** The numbers of the steps, in order. */
export function stepsOf(proof: Proof): number[] {
  return Object.keys(proof.steps)
    .map(Number)
    .sort((one, other) => one - other);
}

/** @throws Error in a sentence, if a text to replace is not there exactly once */
export function changed(candidate: Candidate, changes: Change[]): Candidate {
  const result = { ...candidate };
  for (const { file, find, put } of changes) {
    const text = result[file];
    if (text === undefined) {
      throw new Error(
        `"${file}" is not one of the learner's files: ${Object.keys(result).join(", ")}.`,
      );
    }
    const [before, after, ...more] = text.split(find);
    if (before === undefined || after === undefined || find === "") {
      throw new Error(`This text is no longer in ${file}:\n\n${find}\n`);
    }
    if (more.length > 0) {
      throw new Error(`This text is ${more.length + 1} times in ${file}:\n\n${find}\n`);
    }
    result[file] = before + put + after;
  }
  return result;
}

/** Where a lesson's proof and alternatives are. */
function proofFolder(lesson: Lesson, root: string): string {
  return join(root, "shared", "course", lesson.folder);
}

/** @throws Error in a sentence, if the lesson has none */
export async function readProof(lesson: Lesson, root: string): Promise<Proof> {
  const file = join(proofFolder(lesson, root), "proof.ts");
  if (!existsSync(file)) throw new Error(`Lesson ${lesson.number} has no ${file}.`);
  const loaded: { default: Proof } = await import(pathToFileURL(file).href);
  return loaded.default;
}

export function alternativesOf(lesson: Lesson, root: string): Alternative[] {
  const folder = join(proofFolder(lesson, root), "alternatives");
  if (!existsSync(folder)) return [];
  const reference = referenceOf(lesson, root);
  return readdirSync(folder)
    .filter((name) => filesUnder(join(folder, name)).length > 0)
    .sort()
    .map((name) => {
      const own = filesUnder(join(folder, name)).map((file) => [
        file,
        textOf(join(folder, name, file)),
      ]);
      return { name, files: { ...reference, ...Object.fromEntries(own) } };
    });
}

/** Each `todo(3, "…")` in a text, written the same way whatever its line breaks. */
export function todosIn(text: string): string[] {
  const call =
    /\btodo\(\s*(\d+),\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`),?\s*\)/g;
  return [...text.matchAll(call)].map(
    ([, step, task = ""]) => `todo(${step}, "${task.slice(1, -1)}")`,
  );
}

function textOf(path: string): string {
  return readFileSync(path, "utf8").replaceAll("\r\n", "\n");
}
