import { existsSync } from "node:fs";
import { join } from "node:path";
import { playProgram } from "../screens/play-program.ts";
import { prepare } from "../screens/prepare.ts";
import { say } from "../screens/terminal.ts";
import { sayTitle } from "../screens/title.ts";
import type { Lesson } from "../work/course.ts";

const runner = join(import.meta.dirname, "..", "..", "bench", "run-bench.ts");

export default async function bench(lesson: Lesson): Promise<number> {
  const file = join(lesson.given, "bench.ts");
  if (!existsSync(file)) {
    say(`Lesson ${lesson.number} is not about speed, so there is nothing to measure.`);
    return 0;
  }
  sayTitle(lesson);
  prepare(lesson);
  say("Measuring: each table appears when it is ready.");
  return playProgram(runner, [], [file]);
}
