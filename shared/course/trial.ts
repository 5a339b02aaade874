import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { trialOfStep } from "../workbook/checks/check-messages.ts";
import { copyCourse, copyIfThere } from "../workbook/checks/course-copy.ts";
import { type ChecksRun, runChecks } from "../workbook/checks/run-checks.ts";
import type { Lesson } from "../workbook/work/course.ts";
import { bundled } from "./bundle.ts";
import type { Candidate } from "./candidates.ts";

export interface TrialOptions {
  /** Seconds without any sign of life. Generous, since the machine has more to do at the time. */
  timeLimit?: number;
  /** The step that it is about: of those before it, few days made up by chance are played. */
  step?: number;
  /** The first failure tells all that is to be known. */
  untilFailure?: boolean;
}

/** By lesson: folders that no trial uses now. Used again, they need no copying nor compiling. */
const free = new Map<string, string[]>();
/**
 * Runs a lesson's checks on an answer that is neither the learner's nor the reference. It gets a
 * small copy of the course to itself, so that any number of them can run at once: there the
 * candidate is what the learner wrote, and every other lesson is solved.
 */
export async function tryOut(
  root: string,
  lesson: Lesson,
  candidate: Candidate,
  { timeLimit = 30, untilFailure = false, step }: TrialOptions = {},
): Promise<ChecksRun> {
  const idle = free.get(lesson.given) ?? [];
  free.set(lesson.given, idle);
  const folder = idle.pop() ?? copyCourse(root);
  const work = join(folder, "work", lesson.folder);
  rmSync(work, { recursive: true, force: true, maxRetries: 3 });
  copyIfThere(lesson.answers, work);
  for (const [file, text] of Object.entries(candidate)) {
    mkdirSync(dirname(join(work, file)), { recursive: true });
    writeFileSync(join(work, file), text);
  }
  // What does not fit into a bundle, such as a file with a slip, runs as it is, and is told as it is.
  const entry = join(folder, "lessons", lesson.folder, basename(lesson.checks));
  const program = await bundled(root, folder, entry).catch(() => undefined);
  const run = await runChecks({
    root: folder,
    lesson: lesson.folder,
    timeLimit,
    untilFailure,
    program,
    env: step === undefined ? {} : { [trialOfStep]: String(step) },
  });
  idle.push(folder);
  return run;
}
