import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { basename, dirname, join } from "node:path";
import { bundled, bundleRunner } from "../workbook/checks/bundle.ts";
import {
  type CheckMessage,
  daysOfTrial,
  untilFailure as endsWithFailure,
  firstStep,
  type TrialMessage,
  trialOfStep,
} from "../workbook/checks/check-messages.ts";
import { copyCourse, copyIfThere } from "../workbook/checks/course-copy.ts";
import { diary } from "../workbook/checks/diary.ts";
import {
  type ChecksRun,
  follow,
  runChecks,
  start,
} from "../workbook/checks/run-checks.ts";
import { temporaryPath } from "../workbook/checks/temporary-path.ts";
import { type Lesson, lessonIn } from "../workbook/work/course.ts";
import type { Candidate } from "./candidates.ts";

interface TrialOptions {
  /** Seconds without any sign of life. Generous, since the machine has more to do at the time. */
  timeLimit?: number;
  /** The step that it is about: of those before it, few days made up by chance are played. */
  step?: number;
  /** How many days that step plays, on a slow machine too. Default: what a learner's checks play. */
  days?: number;
  /** Leave out the checks of the steps before it. */
  alone?: boolean;
  /** The first failure tells all that is to be known. */
  untilFailure?: boolean;
}

/** A small copy of the course, in which one answer after the other is tried out. */
interface Bench {
  folder: string;
  trials: number;
  process?: RunningProcess;
}

/** A process that has begun. Its start would take longer than most trials. */
interface RunningProcess {
  child: ChildProcess;
  /** Seconds of processor time. */
  startTook: number;
}

/**
 * After this many trials a process begins anew. It keeps all the code that it has ever loaded, and to collect
 * garbage beside the code of 40 trials took as long as a loop is given.
 */
const trialsOfProcess = 12;
/** By lesson: those that no trial uses now. */
const free = new Map<string, Bench[]>();

/**
 * Runs a lesson's checks on an answer that is neither the learner's nor the reference. It gets a
 * small copy of the course to itself, so that any number of them can run at once: there the
 * candidate is what the learner wrote, and every other lesson is solved.
 */
export async function tryOut(
  root: string,
  lesson: Lesson,
  candidate: Candidate,
  { timeLimit = 30, step, days, alone = false, untilFailure = false }: TrialOptions = {},
): Promise<ChecksRun> {
  const env = {
    ...(untilFailure && { [endsWithFailure]: "1" }),
    ...(step !== undefined && { [trialOfStep]: String(step) }),
    ...(days !== undefined && { [daysOfTrial]: String(days) }),
    ...(step !== undefined && alone && { [firstStep]: String(step) }),
  };
  const idle = free.get(lesson.given) ?? [];
  free.set(lesson.given, idle);
  const bench = idle.pop() ?? { folder: copyCourse(root), trials: 0 };
  bench.trials += 1;
  const { folder, trials } = bench;
  const work = join(folder, "work", lesson.folder);
  rmSync(work, { recursive: true, force: true, maxRetries: 3 });
  copyIfThere(lesson.answers, work);
  for (const [file, text] of Object.entries(candidate)) {
    mkdirSync(dirname(join(work, file)), { recursive: true });
    writeFileSync(join(work, file), text);
  }
  const entry = join(folder, "lessons", lesson.folder, basename(lesson.checks));
  const checks = await bundled(folder, entry, `trial-${trials}`).catch(() => undefined);
  // What does not fit into a bundle, such as a file with a slip, runs as it is, and is told as it is.
  const run = await (checks === undefined
    ? runChecks({ root: folder, lesson: lessonIn(folder, lesson.folder), timeLimit, env })
    : runBundle(root, bench, checks, timeLimit, env));
  idle.push(bench);
  return run;
}

async function runBundle(
  root: string,
  bench: Bench,
  checks: string,
  timeLimit: number,
  env: Record<string, string>,
): Promise<ChecksRun> {
  const { folder, trials } = bench;
  bench.process ??= await begin(root, folder);
  const { child, startTook } = bench.process;
  const path = temporaryPath("day");
  const run = follow(child, timeLimit, path, undefined, startTook);
  const message: TrialMessage = { checks, folder, env: { ...env, [diary]: path } };
  hold(child, "ref");
  child.send(message);
  const result = await run;
  hold(child, "unref");
  if (
    child.exitCode !== null ||
    child.signalCode !== null ||
    trials % trialsOfProcess === 0
  ) {
    child.kill();
    delete bench.process;
  }
  return result;
}

async function begin(root: string, folder: string): Promise<RunningProcess> {
  // A process that is killed removes nothing: what checks leave behind goes with the bench.
  const temporary = join(folder, "temporary");
  mkdirSync(temporary, { recursive: true });
  const env = { TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  const child = start(folder, await bundleRunner(root), env);
  const startTook = await new Promise<number>((begun, fail) => {
    child.once("error", fail);
    child.once("message", (message: CheckMessage) =>
      begun(message.type === "ready" ? message.cpu : 0),
    );
  });
  return { child, startTook };
}

/** Whoever has no more trials does not wait for the process. */
function hold(child: ChildProcess, how: "ref" | "unref"): void {
  child[how]();
  child.channel?.[how]();
  for (const stream of [child.stdout, child.stderr])
    if (stream instanceof Socket) stream[how]();
}
