import { prepare } from "../screens/prepare.ts";
import { showRun } from "../screens/show-run.ts";
import { failureStatus } from "../screens/terminal.ts";
import type { Lesson } from "../work/course.ts";

/** `npm run lesson 4 test` */
export default async function test(lesson: Lesson): Promise<number> {
  prepare(lesson);
  return (await showRun(lesson)) ? 0 : failureStatus();
}
