import kleur from "kleur";
import { isDone } from "../checks/progress.ts";
import { typeErrors } from "../checks/type-errors.ts";
import { checkUp, type Outcome } from "../results/outcome.ts";
import type { Lesson } from "../work/course.ts";
import { readHeader } from "../work/readme-header.ts";
import { showCard, showNext, showTypeProblems, stepsLine } from "./card.ts";
import { showFinish } from "./finish.ts";
import { apart, say, wrap } from "./terminal.ts";
import { Waiting } from "./waiting.ts";

/** Checks a lesson and shows what came out, types and the next commands included. Tells whether all is well. */
export async function showRun(lesson: Lesson): Promise<boolean> {
  const types = typeErrors(lesson);
  const outcome = await checked(lesson);
  const { progress, card } = outcome;
  showOutcome(lesson, outcome);
  if (progress.crash !== "syntax") showTypeProblems(await types);
  if (card) showNext(lesson, card);
  return card === undefined;
}

/** Checks a lesson, and says which check runs. */
export async function checked(lesson: Lesson): Promise<Outcome> {
  const waiting = new Waiting("Checking your code");
  const outcome = await checkUp(lesson, (name) => waiting.now(name));
  waiting.over();
  return outcome;
}

/** Shows the first open step, or the finish. */
export function showOutcome(lesson: Lesson, { progress, card, skipped }: Outcome): void {
  if (isDone(progress)) {
    showFinish(lesson, progress);
    return;
  }
  say(apart(`${lesson.number} · ${readHeader(lesson).title}`, stepsLine(progress)));
  say();
  if (card) showCard(lesson, card);
  else showSkipped(skipped);
}

/** What passes here may still be wrong where the rest can be checked. */
function showSkipped(skipped: string[]): void {
  say(wrap("Everything that can be checked on this machine passes. Not checked:"));
  for (const text of skipped) say(kleur.yellow(wrap(text, "  ")));
}
