import { join } from "node:path";
import kleur from "kleur";
import { play } from "../checks/play.ts";
import { say, sayRule } from "../screens/terminal.ts";
import { sayTitle } from "../screens/title.ts";
import type { Lesson } from "../work/course.ts";

/** `npm run lesson 4 solution` */
export default async function solution(lesson: Lesson): Promise<number> {
  sayTitle(lesson);
  say(kleur.dim(`Playing the reference answer, solutions/${lesson.folder}.`));
  sayRule();
  const { status, error } = await play(join(lesson.given, "main.ts"), ["solution"]);
  if (error) say(`\n${error.name}: ${error.message}`);
  return status;
}
