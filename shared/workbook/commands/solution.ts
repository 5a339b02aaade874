import { join } from "node:path";
import kleur from "kleur";
import type { Lesson } from "../course.ts";
import { play } from "../play.ts";
import { say, sayRule } from "../terminal.ts";
import { sayTitle } from "../title.ts";

/** `npm run lesson 4 solution` */
export default async function solution(lesson: Lesson): Promise<number> {
  sayTitle(lesson);
  say(kleur.dim(`Playing the reference answer, solutions/${lesson.folder}.`));
  sayRule();
  const { status, error } = await play(join(lesson.given, "main.ts"), ["solution"]);
  if (error) say(`\n${error.name}: ${error.message}`);
  return status;
}
