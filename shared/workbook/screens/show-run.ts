import kleur from "kleur";
import { checkLesson, isDone } from "../checks/progress.ts";
import { type CheckResult, firstFailure } from "../checks/run-checks.ts";
import { typeErrors } from "../checks/type-errors.ts";
import type { Lesson } from "../work/course.ts";
import { readHeader } from "../work/readme-header.ts";
import { showCard, showNext, showTypeProblems, stepsLine } from "./card.ts";
import { showFinish } from "./finish.ts";
import { apart, say, wrap } from "./terminal.ts";
import { Waiting } from "./waiting.ts";

/** Checks a lesson and shows the first open step, or the finish. Tells whether all is well. */
export async function showRun(lesson: Lesson, withCommands = true): Promise<boolean> {
  const waiting = new Waiting("Checking your code");
  const [{ run, progress }, problems] = await Promise.all([
    checkLesson(lesson, (name) => waiting.now(name)),
    typeErrors(lesson),
  ]);
  waiting.over();
  if (isDone(progress)) {
    showFinish(lesson, progress);
    showTypeProblems(problems);
    return true;
  }
  const { title } = readHeader(lesson);
  say(apart(`${lesson.number} · ${title}`, stepsLine(progress)));
  say();
  const skipped = run.checks.filter((check) => check.skipped !== undefined);
  if (run.crash === undefined && firstFailure(run) === undefined && skipped.length > 0) {
    showSkipped(skipped);
    showTypeProblems(problems);
    return true;
  }
  showCard(lesson, run, problems, progress.passed);
  if (withCommands) showNext(lesson, run);
  return false;
}

/** What passes here may still be wrong where the rest can be checked. */
function showSkipped(skipped: CheckResult[]): void {
  say(wrap("Everything that can be checked on this machine passes. Not checked:"));
  for (const { name, skipped: why } of skipped) {
    say(kleur.yellow(wrap(why === "true" ? name : `${name}: ${why}`, "  ")));
  }
}
