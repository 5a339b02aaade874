import { statSync } from "node:fs";
import { join } from "node:path";
import {
  checkFiles,
  courseRoot,
  filesUnder,
  findLessons,
  type Lesson,
  readIfThere,
} from "../work/course.ts";
import { ownDoors } from "../work/pieces.ts";
import { readHeader } from "../work/readme-header.ts";
import { hashOf, isUntouched } from "../work/starters.ts";
import { progressRecord, readRecord, writeRecord } from "../work/work-folder.ts";
import { stepOf } from "./check-messages.ts";
import { isDamaged } from "./crash-text.ts";
import {
  type CheckResult,
  type ChecksRun,
  type Crash,
  firstFailure,
  runChecks,
} from "./run-checks.ts";

/** How far the learner is in one lesson, as `work/progress.json` keeps it. */
export interface Progress {
  /** The steps all of whose checks pass. */
  done: number[];
  /** Which steps passed at any time since the starter was left, done or not. */
  passed: number[];
  /** Which of them passed for the first time with the files as they are. */
  new?: number[];
  /** How many steps the checks know. */
  steps: number;
  /** Hash of the learner's files and the checks; with other files, the rest means nothing. */
  content: string;
  /** Hash of the checks alone; what passed others before means nothing to these. */
  checks?: string;
  /** The name of the check that the card was about. */
  failed?: string;
  /** If its step passed before: the files one of whose saves broke it; none if it was none of this lesson. */
  suspects?: string[];
  /** When the checks ran, in ms since 1970. */
  time?: number;
  /** For each step, the hints given so far. Holds whatever the files say. */
  hints: Record<string, number>;
  /** What ended the checks before their end: something does not run as it is now. */
  crash?: Crash["kind"] | "damaged";
}

/** The progress with the files as they are now; runs the checks only if something changed. */
export async function progressOf(lesson: Lesson): Promise<Progress> {
  return knownProgress(lesson) ?? (await checkLesson(lesson)).progress;
}

/** The progress with the files as they are now, if it is known without running the checks. */
export function knownProgress(lesson: Lesson): Progress | undefined {
  const kept = keptProgress(lesson);
  if (kept.content === contentOf(lesson)) return kept;
  return isUntouched(lesson) ? notBegun(kept) : undefined;
}

/** Runs the checks on the learner's files and keeps what they say. */
export async function checkLesson(
  lesson: Lesson,
  onStart?: (name: string) => void,
): Promise<{ run: ChecksRun; progress: Progress }> {
  const content = contentOf(lesson);
  const time = Date.now();
  const conditions = conditionsOf(await ownPieces(lesson.number));
  const run = await runChecks({
    root: courseRoot,
    lesson,
    conditions,
    ...(onStart && { onStart }),
  });
  const steps = run.crash === undefined ? stepsIn(run).size : readHeader(lesson).steps;
  const kept = keptProgress(lesson);
  const done = stepsDone(run);
  const checks = checksHash(lesson);
  const before = kept.checks === checks ? [...kept.passed, ...kept.done] : [];
  const passed = isUntouched(lesson) ? [] : unique(before, done);
  const { hints } = kept;
  const progress: Progress = { done, passed, steps, content, checks, hints, time };
  const fresh = done.filter((step) => !before.includes(step));
  progress.new = (kept.content === content && kept.new) || fresh;
  const failed = firstFailure(run);
  if (failed) progress.failed = failed.name;
  if (failed && passed.includes(failed.step)) {
    const known = stepOf(kept.failed ?? "") === failed.step ? kept.suspects : undefined;
    const saved = kept.content === content ? [] : savedSince(lesson, kept.time);
    // What fails now may have been broken by a save after the first that broke the step.
    progress.suspects =
      known && kept.failed === failed.name ? known : unique(saved, known ?? []);
  }
  // What meets a TODO is not finished yet, and not broken.
  if (run.crash && failed?.error?.kind !== "todo")
    progress.crash = isDamaged(run.crash) ? "damaged" : run.crash.kind;
  // What could not be checked here may be checked tomorrow, with the same files.
  if (run.checks.some(({ skipped }) => skipped)) progress.content = "";
  keepProgress(lesson, progress);
  return { run, progress };
}

/** The lessons before number `end` whose pieces are finished: what follows runs on the learner's own. */
export async function ownPieces(end: number): Promise<Lesson[]> {
  const doors = ownDoors();
  const own: Lesson[] = [];
  for (const earlier of findLessons()) {
    if (earlier.number >= end || !doors.has(earlier.number)) continue;
    if (isDone(await progressOf(earlier))) own.push(earlier);
  }
  return own;
}

/** What tells the resolver to take the learner's own pieces of these lessons. */
export function conditionsOf(own: readonly Lesson[]): string[] {
  return own.map(({ number }) => `mine-${number}`);
}

/** Forgets which steps passed before: the learner begins again. */
export function forgetPassed(lesson: Lesson): void {
  keepProgress(lesson, { ...notBegun(keptProgress(lesson)), content: "" });
}

/** What is left when somebody begins again: the hints. */
function notBegun({ crash: _, failed: __, ...kept }: Progress): Progress {
  return { ...kept, done: [], passed: [] };
}

export function isDone({ done, steps }: Pick<Progress, "done" | "steps">): boolean {
  return steps > 0 && done.length === steps;
}

/** The first step that is still open. */
export function openStep({ done, steps }: Pick<Progress, "done" | "steps">): number {
  for (let step = 1; step <= steps; step++) if (!done.includes(step)) return step;
  return steps;
}

/** Remembers that a hint of a step was given. */
export function keepHint(lesson: Lesson, step: number, level: number): void {
  const kept = keptProgress(lesson);
  keepProgress(lesson, { ...kept, hints: { ...kept.hints, [step]: level } });
}

function keptProgress(lesson: Lesson): Progress {
  const none: Progress = {
    done: [],
    passed: [],
    steps: readHeader(lesson).steps,
    content: "",
    hints: {},
  };
  return { ...none, ...readRecord<Progress>(courseRoot, progressRecord)[lesson.folder] };
}

function keepProgress(lesson: Lesson, progress: Progress): void {
  const all = readRecord<Progress>(courseRoot, progressRecord);
  writeRecord(courseRoot, progressRecord, { ...all, [lesson.folder]: progress });
}

function contentOf(lesson: Lesson): string {
  const own = filesUnder(lesson.work)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [file, readIfThere(join(lesson.work, file)) ?? ""]);
  const [entry = "", ...checks] = checkTexts(lesson);
  return hashOf(entry, ...own, ...checks).slice(0, 16);
}

function checksHash(lesson: Lesson): string {
  return hashOf(...checkTexts(lesson)).slice(0, 16);
}

/** Of all that decides what passes, and is not the learner's; without folders, the entry alone. */
function checkTexts(lesson: Lesson): string[] {
  const given = join(lesson.given, "given");
  const read = filesUnder(given).map((file) => join(given, file));
  return [...checkFiles(lesson), ...read].map((file) => readIfThere(file) ?? "");
}

function stepsIn({ checks }: ChecksRun): Set<number> {
  return new Set(checks.map(({ step }) => step).filter((step) => step > 0));
}

/** A run that was cut short proves nothing about the steps it did not reach. */
export function stepsDone(run: ChecksRun): number[] {
  const open = new Set(run.checks.filter(isOpen).map(({ step }) => step));
  const done = [...stepsIn(run)].filter((step) => !open.has(step)).sort((a, b) => a - b);
  if (run.crash === undefined) return done;
  const last = Math.max(0, ...run.checks.map(({ step }) => step));
  return done.filter((step) => step < last);
}

function isOpen({ passed, skipped }: CheckResult): boolean {
  return !passed || skipped !== undefined;
}

/** The files that were saved since that time, the newest first; at least that one. */
function savedSince({ work }: Lesson, time = 0): string[] {
  const savedAt = (file: string) => statSync(join(work, file)).mtimeMs;
  const files = filesUnder(work).filter((file) => file.endsWith(".ts"));
  files.sort((one, other) => savedAt(other) - savedAt(one));
  return files.filter((file, at) => at === 0 || (time > 0 && savedAt(file) > time));
}

function unique<Item>(...lists: Item[][]): Item[] {
  return [...new Set(lists.flat())];
}
