import { join } from "node:path";
import kleur from "kleur";
import { playProgram } from "../screens/play-program.ts";
import { failureStatus, say, wrap } from "../screens/terminal.ts";
import { sayTitle } from "../screens/title.ts";
import { answersMissing } from "../work/answers.ts";
import type { Lesson } from "../work/course.ts";

export default async function solution(lesson: Lesson): Promise<number> {
  const missing = answersMissing(lesson);
  if (missing !== undefined) {
    say(wrap(missing));
    return failureStatus();
  }
  sayTitle(lesson);
  say(kleur.dim(`Playing the reference answer, solutions/${lesson.folder}.`));
  return playProgram(join(lesson.given, "main.ts"), ["solution"]);
}
