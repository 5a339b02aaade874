import kleur from "kleur";
import { differences } from "../results/difference.ts";
import { prepare } from "../screens/prepare.ts";
import { failureStatus, foldMarked, say, wrap } from "../screens/terminal.ts";
import { answersMissing } from "../work/answers.ts";
import type { Lesson } from "../work/course.ts";

/** `npm run lesson 4 diff`: what the reference answer does differently, file by file. */
export default function diff(lesson: Lesson): number {
  prepare(lesson);
  const missing = answersMissing(lesson);
  if (missing !== undefined) {
    say(wrap(missing));
    return failureStatus();
  }
  for (const { mine, reference, lines } of differences(lesson)) {
    say(kleur.red(`--- ${mine}   yours`));
    say(kleur.green(`+++ ${reference}   the reference`));
    if (lines.length === 0) say("They are the same.");
    for (const line of lines) say(painted(line));
    say();
  }
  return 0;
}

function painted(line: string): string {
  if (line.startsWith("@")) return kleur.cyan(line);
  const text = foldMarked(line.slice(0, 1), line.slice(1));
  if (line.startsWith("+")) return kleur.green(text);
  if (line.startsWith("-")) return kleur.red(text);
  return text;
}
