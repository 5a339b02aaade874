import { join } from "node:path";
import { structuredPatch } from "diff";
import kleur from "kleur";
import { prepare } from "../screens/prepare.ts";
import { failureStatus, foldMarked, say, wrap } from "../screens/terminal.ts";
import { answerOf, answersMissing } from "../work/answers.ts";
import { type Lesson, readIfThere, shortPath } from "../work/course.ts";

/** `npm run lesson 4 diff`: what the reference answer does differently, file by file. */
export default function diff(lesson: Lesson): number {
  prepare(lesson);
  const missing = answersMissing(lesson);
  if (missing !== undefined) {
    say(wrap(missing));
    return failureStatus();
  }
  for (const file of lesson.files) showFile(lesson, file);
  return 0;
}

function showFile(lesson: Lesson, file: string): void {
  const mine = join(lesson.work, file);
  const reference = answerOf(lesson, file);
  const patch = structuredPatch(
    shortPath(mine),
    reference.path,
    (readIfThere(mine) ?? "").replaceAll("\r\n", "\n"),
    reference.text,
  );
  say(kleur.red(`--- ${patch.oldFileName}   yours`));
  say(kleur.green(`+++ ${patch.newFileName}   the reference`));
  if (patch.hunks.length === 0) say("They are the same.");
  for (const hunk of patch.hunks) {
    say(kleur.cyan(`@@ yours ${hunk.oldStart} · the reference ${hunk.newStart} @@`));
    for (const line of hunk.lines) say(painted(line));
  }
  say();
}

function painted(line: string): string {
  const text = foldMarked(line.slice(0, 1), line.slice(1));
  if (line.startsWith("+")) return kleur.green(text);
  if (line.startsWith("-")) return kleur.red(text);
  return text;
}
