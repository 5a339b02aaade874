import type { TestContext } from "node:test";
import { findLessons, type Lesson } from "../workbook/work/course.ts";

/** Where a proof stands in the account: under its lesson, or under what concerns them all. */
export interface Proved {
  lesson?: number;
  what: string;
}

const mark = "proved ";

/** Tells the account of `npm test` in words what has just been proved, such as `41 checks`. */
export function proved(t: TestContext, what: string, lesson?: Lesson): void {
  const entry: Proved = lesson === undefined ? { what } : { lesson: lesson.number, what };
  t.diagnostic(mark + JSON.stringify(entry));
}

/** `1 step`, `2 steps` */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

export function readProved(diagnostic: string): Proved | undefined {
  return diagnostic.startsWith(mark)
    ? JSON.parse(diagnostic.slice(mark.length))
    : undefined;
}

/** Whether whatever cannot be proved on this machine is a failure. Only `.ci/run` says so. */
export const strict: boolean = process.env.WORKBOOK_STRICT === "1";

/**
 * Says that a test cannot prove its point on this machine, and how it could: marks it as skipped
 * and puts it on the list at the end of `npm test`. Return from the test after it. A lesson's checks,
 * which do not know this file, call `t.skip("no RabbitMQ answers: start …")` to the same effect.
 *
 * @param what what is missing: "no RabbitMQ answers"
 * @param how how to get it: "start one with `docker compose up --wait`"
 */
export function unproved(t: TestContext, what: string, how: string): void {
  const reason = `${what}: ${how}`;
  if (strict) throw plainError(`WORKBOOK_STRICT=1 allows nothing unproved. ${reason}`);
  t.skip(reason);
}

/** Fails the test around it with a sentence, if there is one: the place in the code says nothing. */
export function judge(problem: string | undefined): void {
  if (problem !== undefined) throw plainError(problem);
}

function plainError(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}

/** One test per lesson, for all those that stand; or only for the one in `WORKBOOK_LESSON`. */
export function eachLesson(root: string, run: (lesson: Lesson) => void): void {
  const only = process.env.WORKBOOK_LESSON;
  const standing = findLessons(root);
  const lessons = standing.filter(({ number }) => !only || number === Number(only));
  if (lessons.length === 0)
    throw plainError(`no lesson ${only ?? ""} in ${root} has a README.md`);
  for (const lesson of lessons) run(lesson);
}
