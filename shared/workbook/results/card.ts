import { basename, join } from "node:path";
import type { CheckError } from "../checks/check-messages.ts";
import { crashText, isDamaged } from "../checks/crash-text.ts";
import {
  hasTodo,
  isTodoOf,
  ownFrame,
  placeOf,
  placesShown,
  placesToEdit,
} from "../checks/edit-place.ts";
import { openStep, type Progress } from "../checks/progress.ts";
import { type CheckResult, type ChecksRun, firstFailure } from "../checks/run-checks.ts";
import {
  checkFiles,
  type Lesson,
  linesOf,
  readIfThere,
  shortPath,
} from "../work/course.ts";
import { askOf, readExplanation, type Step, titleOf } from "../work/readme.ts";
import { readHeader } from "../work/readme-header.ts";
import { comparisonRows } from "./comparison.ts";
import { type Row, row } from "./row.ts";

/** The first open step: what it asks for, what happened, where to write. The terminal and the page show it. */
export interface Card {
  step: number;
  /** `Step 2 of 7 · Unsubscribe`, or what does not run. */
  title: string;
  state: "your turn" | "not yet" | "does not run";
  /** As Markdown. */
  instruction: string;
  asks: Ask[];
  rows: Row[];
  /** What the code printed in the check that failed. */
  printed: string;
}

/** One thing that a step asks, as Markdown. What the failure is about is looked at. */
export interface Ask {
  text: string;
  state: "passes" | "looked at" | "open";
}

/** The card of a run, some of whose checks failed. */
export function cardOf(lesson: Lesson, run: ChecksRun, progress: Progress): Card {
  const failed = firstFailure(run);
  const printed = run.printed.get(failed?.name ?? "") ?? "";
  if (failed === undefined || failed.step === 0) {
    // Nothing is known of any step now: the card stays where the learner was.
    const step = openStep({ steps: progress.steps, done: progress.passed });
    return { step, ...whatDoesNotRun(lesson, run, failed), printed };
  }
  const step = readStep(lesson, failed.step);
  const passed = run.checks
    .filter((one) => one.step === step.number && one.passed && !one.skipped)
    .map(({ name }) => name);
  const days = `step ${step.number} · ${anyDay}`;
  const isPlayed = !step.asks.includes(anyDay) || passed.includes(days);
  const known = passed.filter((name) => isPlayed || !isOfDays(lesson, name)).map(askOf);
  const rows = isTurn(failed) ? [] : failureRows(lesson, failed, run);
  const { suspects } = progress;
  // Where a step has no TODO, its checks fail at what is not written yet, and nothing is broken.
  const begins =
    progress.new?.includes(step.number - 1) && !suspects && !hasTodo(lesson, step.number);
  if (begins && rows.length > 0) rows.unshift(row("Done", "words", begun(step.number)));
  const saved = (suspects ?? []).map((file) => shortPath(join(lesson.work, file)));
  if (suspects) rows.push(row("Before", "warning", passedBefore(saved)));
  const places = savedFirst(placesToEdit(lesson, failed.step, failed), saved);
  return {
    ...headOf(lesson, step),
    state: begins || isTurn(failed) ? "your turn" : "not yet",
    asks: asksOf(step, known, lookedAt(step, failed)),
    rows: [
      ...rows,
      row("Edit", "places", ...places.slice(0, placesShown)),
      row("Check", "places", checkPlace(lesson, failed)),
    ],
    printed,
  };
}

function begun(step: number): string {
  return `Step ${step - 1}. What follows is what step ${step} still lacks.`;
}

function passedBefore(saved: string[]): string {
  const last = saved.at(-1);
  if (last === undefined) return "This passed before.";
  const others = saved.slice(0, -1).join(", ");
  return `This passed before you saved ${others && `${others} and `}${last}.`;
}

/** The places in files that were saved since it passed come first. */
function savedFirst(places: string[], saved: string[]): string[] {
  const isSaved = (place: string) => saved.some((path) => place.startsWith(path));
  const found = places.filter(isSaved);
  const others = places.filter((place) => !isSaved(place));
  return [...(found.length > 0 ? found : saved.slice(0, 1)), ...others];
}

/** What passes last in a step that has days: then all of them were played. */
const anyDay = "on any day, all of this holds";

/** Whether days look at it: then its title stands among their rules, whether it has a check of its own or not. */
function isOfDays(lesson: Lesson, name: string): boolean {
  const title = titleOf(name);
  return checkFiles(lesson).some((file) => {
    const before = (readIfThere(file) ?? "").split(title).slice(0, -1);
    return before.some((text) => !text.endsWith(" · "));
  });
}

/** The card of an open step where no check was run. */
export function openCard(lesson: Lesson, number: number): Card {
  const step = readStep(lesson, number);
  return {
    ...headOf(lesson, step),
    state: "your turn",
    asks: asksOf(step),
    rows: [row("Edit", "places", ...placesToEdit(lesson, number))],
    printed: "",
  };
}

/** What a step asks: what passes, and what is looked at. */
export function asksOf({ asks }: Step, passed: string[] = [], looked?: string): Ask[] {
  return asks.map((text) => ({
    text,
    state: text === looked ? "looked at" : passed.includes(text) ? "passes" : "open",
  }));
}

function headOf(
  lesson: Lesson,
  { number, title, instruction }: Step,
): Pick<Card, "step" | "title" | "instruction"> {
  const { steps } = readHeader(lesson);
  return { step: number, title: `Step ${number} of ${steps} · ${title}`, instruction };
}

/** What the failure is about: of a day made up by chance the rule that it breaks, if this step has it. */
function lookedAt({ asks }: Step, { name, error }: CheckResult): string {
  const rule = askOf(error?.rule ?? name);
  return asks.includes(rule) ? rule : askOf(name);
}

function isTurn({ step, error }: CheckResult): boolean {
  return error !== undefined && isTodoOf(step, error);
}

function readStep(lesson: Lesson, number: number): Step {
  const steps = readExplanation(lesson).steps;
  const none: Step = { number, title: "", instruction: "", asks: [], hints: [] };
  return steps.find((step) => step.number === number) ?? none;
}

function failureRows(lesson: Lesson, failed: CheckResult, run: ChecksRun): Row[] {
  const { name, error } = failed;
  if (error === undefined) return [];
  const rows: Row[] = [];
  if (error.rule) rows.push(row("Rule", "words", error.rule));
  else if (!readStep(lesson, failed.step).asks.includes(askOf(name)))
    rows.push(row("Checked", "words", titleOf(name)));
  // A day that loops is not made shorter: a long one says less than the line at which it was stopped.
  if (error.story && (error.kind !== "hang" || error.story.length <= longDay))
    rows.push(row("A day", "code", ...error.story));
  if (error.kind === "assertion") rows.push(...comparisonRows(error));
  else if (run.crash?.check === name) {
    const { what, advice } = crashText(lesson, run.crash);
    rows.push(row("Says", "error", what, advice));
  } else if (error.kind === "pending") rows.push(row("Says", "error", ...pendingText));
  else rows.push(...thrownRows(lesson, error));
  const advice = adviceFor(lesson, error);
  if (advice) rows.push(row("Says", "words", advice));
  return rows;
}

/** In lines. */
const longDay = 8;

const pendingText = [
  "A promise never settled.",
  "Nothing is left that could resolve or reject it. Is there a resolve that nobody calls, or an await for something that never comes?",
];

function thrownRows(lesson: Lesson, error: CheckError): Row[] {
  const frame = ownFrame(lesson, error.frames);
  return [
    row("Threw", "error", `${error.name}: ${error.message.split("\n")[0]}`),
    ...(frame ? [row("At", "places", placeOf(frame))] : []),
  ];
}

/** What an error alone does not tell. */
function adviceFor(lesson: Lesson, error: CheckError): string | undefined {
  const { kind, unhandled, frames, message, actual } = error;
  if (/Maximum call stack size exceeded/.test(`${message} ${actual}`))
    return "A function calls itself again and again: a recursion without an end, or one that goes too deep. What ends it?";
  if (kind === "todo")
    return "Code ran that waits for a later step, and that nothing should run in this check.";
  if (unhandled)
    return "A promise was rejected, and nothing handles that. If somebody waits for it, a `return` or an `await` is missing; if nobody can, a `catch` is.";
  // The check handed it in, and it came through the learner's code.
  const ofCheck =
    frames[0] !== undefined && shortPath(frames[0].file).startsWith("lessons/");
  if (kind === "thrown" && ofCheck && ownFrame(lesson, frames))
    return "Your code called what threw this, and let it through. Is that right here, or is a `try` around the call missing?";
  return undefined;
}

function whatDoesNotRun(
  lesson: Lesson,
  { crash }: ChecksRun,
  failed?: CheckResult,
): Pick<Card, "title" | "state" | "instruction" | "asks" | "rows"> {
  const isOurs = crash !== undefined && isDamaged(crash);
  const head = {
    title: isOurs ? "A file of the course" : `work/${lesson.folder}`,
    state: "does not run" as const,
    instruction: "",
    asks: [],
  };
  if (!crash)
    return {
      ...head,
      rows: [row("", "words", failed?.error?.message ?? "No check ran.")],
    };
  const { what, place, line, advice } = crashText(lesson, crash);
  const rows = [
    row("", "error", what),
    ...(place ? [row("Edit", "places", place)] : []),
    ...(line ? [row("", "code", line)] : []),
    row("", "words", advice),
  ];
  return { ...head, rows };
}

/**
 * Where the check stands that failed: `lessons/01-event-bus/checks/2-unsubscribe.ts:34`. The title of a
 * rule of days is put together: it stands where its step plays the days.
 */
function checkPlace(lesson: Lesson, { name, step }: CheckResult): string {
  const files = checkFiles(lesson);
  const ofStep = files.find((file) => basename(file).startsWith(`${step}-`));
  const at = (file: string, isCheck: (line: string) => boolean) => {
    const line = linesOf(file).findIndex(isCheck) + 1;
    return line > 0 ? [`${shortPath(file)}:${line}`] : [];
  };
  const [place = shortPath(ofStep ?? lesson.checks)] = [
    ...files.flatMap((file) => at(file, (line) => line.includes(name))),
    ...(ofStep ? at(ofStep, (line) => /^\w*days?\(/i.test(line)) : []),
  ];
  return place;
}
