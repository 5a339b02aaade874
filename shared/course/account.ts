import type { TestContext } from "node:test";
import type { Lesson } from "../workbook/work/course.ts";

/** Where a proof stands in the account: under its lesson, or under what concerns them all. */
export interface Proved {
  lesson?: number;
  what: string;
}

/** What a test file tells `npm test` while it runs. */
export type ProofMessage =
  | { type: "planned"; trials: number }
  | { type: "proved"; entry: Proved }
  | { type: "passed"; isTrial: boolean; skipped?: string }
  | { type: "failed"; isTrial: boolean; failure: Failure };

export interface Failure {
  /** The names of the tests around it, and its own. */
  path: string[];
  /** What went wrong, with the place where there is one. */
  text: string;
}

/** Tells the account of `npm test` in words what has just been proved, such as `41 checks`. */
export function proved(t: TestContext, what: string, lesson?: Lesson): void {
  const entry = { what, ...(lesson && { lesson: lesson.number }) };
  tell(t, { type: "proved", entry });
}

/** Tells the screen of `npm test` how many trials this file is going to make. */
export function planned(t: TestContext, trials: number): void {
  tell(t, { type: "planned", trials });
}

const mark = "npm test: ";

function tell(t: TestContext, message: ProofMessage): void {
  t.diagnostic(mark + JSON.stringify(message));
}

/** What a diagnostic tells `npm test`; Node has some of its own. */
export function messageIn(diagnostic: string): ProofMessage | undefined {
  return diagnostic.startsWith(mark)
    ? JSON.parse(diagnostic.slice(mark.length))
    : undefined;
}

/** `1 step`, `2 steps` */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** How many trials a test file makes at a time. Only one, unless `npm test` knows that cores are free. */
export const atOnce = Number(process.env.WORKBOOK_AT_ONCE ?? 1);

/** Whether whatever cannot be proved on this machine is a failure. Only `.ci/run` says so. */
export const strict: boolean = process.env.WORKBOOK_STRICT === "1";

/**
 * Says that a test cannot prove its point on this machine, and how it could: marks it as skipped
 * and puts it on the list at the end of `npm test`. Return from the test after it. A lesson's checks,
 * which do not know this file, call `t.skip("no RabbitMQ answers: start …")` to the same effect.
 *
 * @param why what is missing, then how to get it: "no RabbitMQ answers", "start one with `docker compose up`"
 */
export function unproved(t: TestContext, ...why: string[]): void {
  const reason = why.join(": ");
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

/** One line for each lesson, one for each thing that concerns the whole course. */
export function accountOf(proved: Proved[]): string {
  const lessons = new Map<number, string[]>();
  const whole: string[] = [];
  for (const { lesson, what } of proved) {
    if (lesson === undefined) whole.push(what);
    else lessons.set(lesson, [...(lessons.get(lesson) ?? []), what]);
  }
  const lines = [...lessons]
    .sort(([one], [other]) => one - other)
    .map(([lesson, parts]) => `  lesson ${lesson}: ${parts.join(", ")}`);
  return ["What was proved", ...lines, ...whole.map((what) => `  ${what}`)].join("\n");
}

/** Each reason once, with how often it applied. */
export function listOf(unproved: string[]): string {
  if (unproved.length === 0) return "Nothing was left unproved.";
  const counts = new Map<string, number>();
  for (const reason of unproved) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const lines = [...counts].map(
    ([reason, count]) => `  ${reason}${count > 1 ? ` (${count} tests)` : ""}`,
  );
  const title = strict
    ? "What was not proved, which WORKBOOK_STRICT=1 does not allow"
    : "What was not proved here, and how to prove it";
  return [title, ...lines].join("\n");
}
