import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type ChecksRun, runChecks } from "../workbook/checks/run-checks.ts";
import type { Lesson } from "../workbook/work/course.ts";
import type { Candidate } from "./candidates.ts";

export interface TrialOptions {
  /** Seconds without any sign of life. Generous, since the machine has more to do at the time. */
  timeLimit?: number;
  /** The first failure tells all that is to be known. */
  untilFailure?: boolean;
}

const made = new Set<string>();
/** By lesson: folders that no trial uses now. Used again, they need no copying nor compiling. */
const free = new Map<string, string[]>();
let count = 0;

/**
 * Runs a lesson's checks on an answer that is neither the learner's nor the reference. It gets a
 * small copy of the course to itself, so that any number of them can run at once: there the
 * candidate is what the learner wrote, and every other lesson is solved.
 */
export async function tryOut(
  root: string,
  lesson: Lesson,
  candidate: Candidate,
  { timeLimit = 30, untilFailure = false }: TrialOptions = {},
): Promise<ChecksRun> {
  const idle = free.get(lesson.given) ?? [];
  free.set(lesson.given, idle);
  const folder = idle.pop() ?? makeCopy(root);
  const work = join(folder, "work", lesson.folder);
  rmSync(work, { recursive: true, force: true, maxRetries: 3 });
  copy(lesson.answers, work);
  for (const [file, text] of Object.entries(candidate)) {
    mkdirSync(dirname(join(work, file)), { recursive: true });
    writeFileSync(join(work, file), text);
  }
  const run = await runChecks({
    root: folder,
    lesson: lesson.folder,
    timeLimit,
    untilFailure,
  });
  idle.push(folder);
  return run;
}

/** Removes what trials left behind whose process was killed. */
export function removeStaleTrials(root: string): void {
  const trials = join(root, ".trial");
  if (!existsSync(trials)) return;
  for (const name of readdirSync(trials)) {
    const owner = /^(\d+)-\d+$/.exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner)))
      rmSync(join(trials, name), { recursive: true, force: true });
  }
}

/** A new folder inside the course, where packages resolve; gone when this process ends. */
export function makeFolder(root: string): string {
  if (made.size === 0 && count === 0) cleanUpAtExit();
  const folder = join(root, ".trial", `${process.pid}-${++count}`);
  mkdirSync(folder, { recursive: true });
  made.add(folder);
  return folder;
}

/** What a lesson needs to be checked. */
function makeCopy(root: string): string {
  const folder = makeFolder(root);
  const parts = [
    "package.json",
    "tsconfig.json",
    "lessons",
    "shared/any-day",
    "shared/bus",
    "shared/broker",
    "shared/todo.ts",
  ];
  for (const part of parts) copy(join(root, part), join(folder, part));
  copy(join(root, "solutions"), join(folder, "work"));
  return folder;
}

function copy(source: string, target: string): void {
  if (existsSync(source)) cpSync(source, target, { recursive: true });
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  made.delete(folder);
}

function cleanUpAtExit(): void {
  process.once("exit", () => made.forEach(remove));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(1));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
