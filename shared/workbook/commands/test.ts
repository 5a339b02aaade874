import { prepare } from "../screens/prepare.ts";
import { showRun } from "../screens/show-run.ts";
import { failureStatus } from "../screens/terminal.ts";
import type { Lesson } from "../work/course.ts";

/** `npm run lesson 4 test`, and `npm run lesson 4 test handed-in` for a class. */
export default async function test(lesson: Lesson, folder?: string): Promise<number> {
  if (folder !== undefined) return (await import("./class.ts")).testClass(lesson, folder);
  prepare(lesson);
  return (await showRun(lesson)) ? 0 : failureStatus();
}
