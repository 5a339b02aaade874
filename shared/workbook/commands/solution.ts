import { join } from "node:path";
import kleur from "kleur";
import { play } from "../checks/play.ts";
import { sayError } from "../screens/error.ts";
import { failureStatus, say, sayRule, wrap } from "../screens/terminal.ts";
import { sayTitle } from "../screens/title.ts";
import { answersMissing } from "../work/answers.ts";
import type { Lesson } from "../work/course.ts";

/** `npm run lesson 4 solution` */
export default async function solution(lesson: Lesson): Promise<number> {
  const missing = answersMissing(lesson);
  if (missing !== undefined) {
    say(wrap(missing));
    return failureStatus();
  }
  sayTitle(lesson);
  say(kleur.dim(`Playing the reference answer, solutions/${lesson.folder}.`));
  sayRule();
  const { status, error } = await play(join(lesson.given, "main.ts"), ["solution"]);
  if (error) sayError(error);
  return status;
}
