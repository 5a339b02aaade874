import { checkLesson, isDone, type Progress } from "../checks/progress.ts";
import { firstFailure } from "../checks/run-checks.ts";
import type { Lesson } from "../work/course.ts";
import { type Card, cardOf } from "./card.ts";

/** What the checks of a lesson came to. */
export interface Outcome {
  progress: Progress;
  /** Missing where all passes that can be checked on this machine. */
  card?: Card;
  /** What cannot be checked on this machine, and why. */
  skipped: string[];
}

/** Checks a lesson. */
export async function checkUp(
  lesson: Lesson,
  onStart?: (name: string) => void,
): Promise<Outcome> {
  const { run, progress } = await checkLesson(lesson, onStart);
  const skipped = run.checks.flatMap(({ name, skipped: why }) =>
    why === undefined ? [] : [why === "true" ? name : `${name}: ${why}`],
  );
  const isWell = run.crash === undefined && firstFailure(run) === undefined;
  if (isDone(progress) || (isWell && skipped.length > 0)) return { progress, skipped };
  return { progress, card: cardOf(lesson, run, progress), skipped };
}
