import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { courseRoot, readIfThere } from "./course.ts";

const template = join(import.meta.dirname, "comments.md");

export function commentsFile(root: string = courseRoot): string {
  return join(root, "work", "comments.md");
}

/** Gives the learner the questions, unless there is such a file. */
export function layOutComments(root: string = courseRoot): void {
  if (existsSync(commentsFile(root))) return;
  mkdirSync(join(root, "work"), { recursive: true });
  copyFileSync(template, commentsFile(root));
}

/** The questions below which nothing is written. */
export function openQuestions(text: string): string[] {
  return text
    .split(/^## /m)
    .slice(1)
    .filter((part) => part.trim().split("\n").slice(1).join("").trim() === "")
    .map((part) => part.trim());
}

/** How many of the questions are answered, and how many there are; a file without them is all answer. */
export function answered(root: string = courseRoot): {
  answered: number;
  questions: number;
} {
  const text = (
    readIfThere(commentsFile(root)) ??
    readIfThere(template) ??
    ""
  ).replaceAll("\r\n", "\n");
  const questions = text.match(/^## /gm)?.length ?? 0;
  return { answered: questions - openQuestions(text).length, questions };
}
