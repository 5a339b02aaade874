import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { forgetPassed } from "../checks/progress.ts";
import { sayCommand } from "../screens/card.ts";
import { prepare } from "../screens/prepare.ts";
import { say } from "../screens/terminal.ts";
import { courseRoot, type Lesson, shortPath } from "../work/course.ts";
import { copyStarter, isUntouched } from "../work/starters.ts";

/** `npm run lesson 4 reset`: begins again, and keeps what was there. */
export default function reset(lesson: Lesson): number {
  prepare(lesson);
  if (isUntouched(lesson)) {
    say(`work/${lesson.folder} is the untouched starter already.`);
    return 0;
  }
  const name = `${lesson.folder}-${timestamp()}`;
  const backup = join(courseRoot, "work", "backups", name);
  cpSync(lesson.work, backup, { recursive: true });
  rmSync(lesson.work, { recursive: true });
  for (const file of lesson.files) copyStarter(lesson, file);
  forgetPassed(lesson);
  say(`Your code is kept in ${shortPath(backup)}`);
  say(`The starter is back in work/${lesson.folder}`);
  say(`To take your code again, copy the files from there to work/${lesson.folder}\n`);
  sayCommand(lesson, "", "begin again");
  return 0;
}

/** `2026-11-22-19-30-05-120`: no two are the same, and every file system takes it as a name. */
function timestamp(): string {
  return new Date().toISOString().slice(0, 23).replace(/[T:.]/g, "-");
}
