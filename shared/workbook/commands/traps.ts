import { existsSync } from "node:fs";
import { join } from "node:path";
import { playProgram } from "../screens/play-program.ts";
import { say } from "../screens/terminal.ts";
import { sayTitle } from "../screens/title.ts";
import type { Lesson } from "../work/course.ts";

export default async function traps(lesson: Lesson): Promise<number> {
  const file = join(lesson.given, "traps.ts");
  if (!existsSync(file)) {
    say(`Lesson ${lesson.number} shows no traps.`);
    return 0;
  }
  sayTitle(lesson);
  return playProgram(file, ["solution"]);
}
