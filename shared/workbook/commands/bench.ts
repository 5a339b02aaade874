import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Lesson } from "../course.ts";
import { play } from "../play.ts";
import { prepare } from "../prepare.ts";
import { say } from "../terminal.ts";
import { sayTitle } from "../title.ts";

/** `npm run lesson 4 bench` */
export default async function bench(lesson: Lesson): Promise<number> {
  const file = join(lesson.given, "bench.ts");
  if (!existsSync(file)) {
    say(`Speed is no part of lesson ${lesson.number}, so there is nothing to measure.`);
    return 0;
  }
  sayTitle(lesson);
  prepare(lesson);
  const { status, error } = await play(file);
  if (error) say(`\nThe benchmark stopped: ${error.name}: ${error.message}`);
  return status;
}
