import { existsSync } from "node:fs";
import { join } from "node:path";
import { courseRoot, type Lesson, readText, shortPath } from "./course.ts";

/** A file of the reference answer, and the text that is really behind it. */
interface Answer {
  /** `shared/bus/event-bus.ts` */
  path: string;
  text: string;
}

/** Nothing, or a sentence for whoever asks for an answer that was left out of this course. */
export function answersMissing({ answers, number }: Lesson): string | undefined {
  if (existsSync(answers)) return undefined;
  return `This course comes without the reference answer to lesson ${number}: ask whoever gave it to you.`;
}

/** The reference answer to one of the learner's files. */
export function answerOf(lesson: Lesson, file: string): Answer {
  const path = behind(join(lesson.answers, file), courseRoot);
  return { path: shortPath(path), text: readText(path) };
}

/**
 * Where the text of an answer really is. An answer that is a piece of the bus is handed on in one line,
 * `export * from "#bus/event-bus";`: then it is the file of that piece.
 */
export function behind(path: string, root: string): string {
  const text = readText(path);
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "").trim();
  const piece = /^export \* from "#bus\/([\w-]+)";$/.exec(code)?.[1];
  return piece === undefined ? path : join(root, "shared", "bus", `${piece}.ts`);
}
