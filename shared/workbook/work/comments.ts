import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { courseRoot, readIfThere } from "./course.ts";

const template = join(import.meta.dirname, "comments.md");

export function commentsFile(root: string = courseRoot): string {
  return join(root, "work", "comments.md");
}

/** Gives the learner the questions, unless there is such a file. */
export function layOutComments(): void {
  if (existsSync(commentsFile())) return;
  mkdirSync(join(courseRoot, "work"), { recursive: true });
  copyFileSync(template, commentsFile());
}

/** How many of the questions are answered, and how many there are; a file without them is all answer. */
export function answered(root?: string): { answered: number; questions: number } {
  const text = readIfThere(commentsFile(root)) ?? readIfThere(template) ?? "";
  const [, ...parts] = text.split(/^## /m);
  const isAnswered = (part: string) => /\n\s*\S/.test(part);
  return { answered: parts.filter(isAnswered).length, questions: parts.length };
}
