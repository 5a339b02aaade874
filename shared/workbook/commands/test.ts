import type { Lesson } from "../course.ts";
import { prepare } from "../prepare.ts";
import { showRun } from "../show-run.ts";
import { failureStatus } from "../terminal.ts";

/** `npm run lesson 4 test` */
export default async function test(lesson: Lesson): Promise<number> {
  prepare(lesson);
  return (await showRun(lesson)) ? 0 : failureStatus();
}
