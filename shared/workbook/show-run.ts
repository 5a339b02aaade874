import kleur from "kleur";
import { firstFailure, showCard, stepsLine } from "./card.ts";
import type { Lesson } from "./course.ts";
import { showFinish } from "./finish.ts";
import { checkLesson, type Progress } from "./progress.ts";
import type { ChecksRun } from "./run-checks.ts";
import { say, wrap } from "./terminal.ts";
import { typeErrors } from "./type-errors.ts";
import { Waiting } from "./waiting.ts";

/** Checks a lesson and shows the first open step, or the finish. Tells whether all is well. */
export async function showRun(lesson: Lesson): Promise<boolean> {
  const waiting = new Waiting("Checking your code");
  const [{ run, progress }, problems] = await Promise.all([
    checkLesson(lesson, (name) => waiting.now(name)),
    typeErrors(lesson),
  ]);
  waiting.over();
  const isOver = run.crash === undefined && firstFailure(run) === undefined;
  if (isOver && run.checks.length > 0) {
    showFinish(lesson, progress);
    showSkipped(run);
  } else {
    sayProgress(progress);
    showCard(lesson, run, problems);
  }
  return isOver;
}

function sayProgress({ done, steps }: Progress): void {
  say(`${stepsLine(done, steps)}\n`);
}

function showSkipped({ checks }: ChecksRun): void {
  for (const { name, skipped } of checks) {
    if (skipped) say(kleur.yellow(wrap(`Not checked here: ${name} (${skipped})`, "  ")));
  }
}
