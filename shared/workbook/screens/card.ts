import { statSync } from "node:fs";
import { basename, join } from "node:path";
import kleur from "kleur";
import { type CrashText, crashText, isDamaged } from "../checks/crash-text.ts";
import {
  filesOfStep,
  isTodoOf,
  ownFrame,
  placeOf,
  placesToEdit,
} from "../checks/edit-place.ts";
import type { Progress } from "../checks/progress.ts";
import {
  type CheckError,
  type CheckResult,
  type ChecksRun,
  firstFailure,
} from "../checks/run-checks.ts";
import type { TypeProblem } from "../checks/type-errors.ts";
import {
  checkFiles,
  filesUnder,
  type Lesson,
  readIfThere,
  shortPath,
} from "../work/course.ts";
import { askOf, readExplanation, type Step } from "../work/readme.ts";
import { readHeader } from "../work/readme-header.ts";
import { comparisonText } from "./comparison.ts";
import { renderMarkdown } from "./markdown.ts";
import { apart, bar, fold, labelled, say, wrap } from "./terminal.ts";

/** Shows the first open step alone: what it asks for, what happened, where to write, what next. */
export function showCard(
  lesson: Lesson,
  run: ChecksRun,
  problems: TypeProblem[],
  passed: number[] = [],
): void {
  const failed = firstFailure(run);
  if (failed === undefined || failed.step === 0) {
    showCrash(lesson, run, failed);
  } else {
    const step = stepOf(lesson, failed.step);
    showStep(
      lesson,
      step,
      isTurn(failed) ? kleur.yellow("your turn") : kleur.red("not yet"),
      run.checks
        .filter((one) => one.step === step.number && one.passed && !one.skipped)
        .map(({ name }) => askOf(name)),
      lookedAt(step, failed),
    );
    showFailure(lesson, failed, run);
    if (passed.includes(failed.step)) showBefore(lesson, failed.step);
    say(labelled("Edit", placesToEdit(lesson, failed.step, failed).join("\n")));
    say(labelled("Check", checkPlace(lesson, failed)));
  }
  showPrinted(run.printed.get(failed?.name ?? ""));
  if (run.crash?.kind !== "syntax") showTypeProblems(problems);
}

/** The open step as the explanation puts it, where no check was run. */
export function showOpenStep(lesson: Lesson, number: number): void {
  showStep(lesson, stepOf(lesson, number), kleur.yellow("your turn"));
  say(labelled("Edit", placesToEdit(lesson, number).join("\n")));
  say();
  sayCommand(lesson, "test", "check your code");
  sayCommand(lesson, "watch", "check it at every save");
  sayCommand(lesson, "hint", "a hint for this step");
  sayCommand(lesson, "read", "the explanation");
}

/** What the failure is about: of a day made up by chance the rule that it breaks, if this step has it. */
function lookedAt({ asks }: Step, { name, error }: CheckResult): string {
  const rule = askOf(error?.rule ?? name);
  return asks.includes(rule) ? rule : askOf(name);
}

/** How far the learner is, as one line: `■■□□□□□  2 of 7 steps`. */
export function stepsLine({ done, steps }: Progress): string {
  return `${bar(done, steps)}  ${done.length} of ${steps} steps`;
}

function isTurn({ step, error }: CheckResult): boolean {
  return error !== undefined && isTodoOf(step, error);
}

function stepOf(lesson: Lesson, number: number): Step {
  const steps = readExplanation(lesson).steps;
  const none: Step = { number, title: "", instruction: "", asks: [], hints: [] };
  return steps.find((step) => step.number === number) ?? none;
}

/** Of a step's text: a longer one is for the explanation, and only its first paragraph for the card. */
const linesAtMost = 12;

/** What a step says and asks, with a tick at what passes and a mark at what is looked at. */
function showStep(
  lesson: Lesson,
  step: Step,
  state: string,
  passed: string[] = [],
  looked?: string,
): void {
  const { steps } = readHeader(lesson);
  say(apart(kleur.bold(`Step ${step.number} of ${steps} · ${step.title}`), state));
  say();
  const text = renderMarkdown(step.instruction, "  ");
  const [first = ""] = text.split("\n\n");
  say(text.split("\n").length > linesAtMost ? first : text);
  say();
  showAsks(step, passed, looked);
}

/** The list of what a step asks, where its lesson has one. Checks go by what `askOf` makes of them. */
export function showAsks({ asks }: Step, passed: string[] = [], looked?: string): void {
  if (asks.length === 0) return;
  say(`  ${kleur.dim("What this step asks")}`);
  for (const ask of asks) {
    const mark =
      ask === looked ? kleur.yellow("▸") : passed.includes(ask) ? kleur.green("✔") : "·";
    say(`  ${mark} ${renderMarkdown(ask, "    ").trimStart()}`);
  }
  say();
}

function showFailure(lesson: Lesson, failed: CheckResult, run: ChecksRun): void {
  const { name, error } = failed;
  if (error === undefined || isTurn(failed)) return;
  if (error.rule) say(labelled("Rule", error.rule));
  else if (!stepOf(lesson, failed.step).asks.includes(askOf(name)))
    say(labelled("Checked", name.replace(/^step \d+ · /, "")));
  if (error.story) say(labelled("A day", error.story.join("\n"), fold));
  if (error.kind === "assertion") {
    say(comparisonText(error));
  } else if (run.crash?.check === name) {
    const { what, advice } = crashText(lesson, run.crash);
    say(labelled("Says", `${kleur.red(what)} ${advice}`));
  } else if (error.kind === "pending") {
    say(labelled("Says", pendingText));
  } else {
    say(labelled("Threw", kleur.red(`${error.name}: ${error.message.split("\n")[0]}`)));
    const frame = ownFrame(lesson, error.frames);
    if (frame) say(labelled("At", placeOf(frame)));
    const advice = adviceFor(lesson, error);
    if (advice) say(labelled("Says", advice));
  }
}

/** What an error alone does not tell. */
function adviceFor(lesson: Lesson, error: CheckError): string | undefined {
  const { kind, unhandled, frames } = error;
  if (kind === "todo")
    return "Code ran that waits for a later step, and that nothing should run in this check.";
  if (unhandled)
    return "A promise was rejected, and nothing handles that. If somebody waits for it, a `return` or an `await` is missing; if nobody can, a `catch` is.";
  // The check handed it in, and it came through the learner's code.
  const ofCheck =
    frames[0] !== undefined && shortPath(frames[0].file).startsWith("lessons/");
  if (kind === "thrown" && ofCheck && ownFrame(lesson, frames))
    return "Your code called what threw this, and let it through. Is a `try` around the call missing?";
  return undefined;
}

/** What a later edit has broken. */
function showBefore(lesson: Lesson, step: number): void {
  const last = savedLast(lesson, step);
  const where = last ? `; the file saved last is ${last}` : "";
  say(labelled("Before", kleur.yellow(`This passed before${where}.`)));
}

/** The file saved last, if the step asks for something in it: else it is not likely to be the cause. */
function savedLast(lesson: Lesson, step: number): string | undefined {
  const files = filesUnder(lesson.work).filter((file) => file.endsWith(".ts"));
  const paths = files.map((file) => join(lesson.work, file));
  const times = new Map(paths.map((path) => [path, statSync(path).mtimeMs]));
  const [last] = paths.sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0));
  const ofStep = filesOfStep(lesson, step).map((file) => join(lesson.work, file));
  return last && ofStep.includes(last) ? shortPath(last) : undefined;
}

const pendingText = `${kleur.red("A promise never settled.")} Nothing is left that could resolve or reject it. Is there a resolve that nobody calls, or an await for something that never comes?`;

function showCrash(lesson: Lesson, { crash }: ChecksRun, failed?: CheckResult): void {
  const what =
    crash && isDamaged(crash) ? "A file of the course" : `work/${lesson.folder}`;
  say(apart(kleur.bold(what), kleur.red("does not run")));
  say();
  if (crash) sayCrash(crashText(lesson, crash));
  else say(wrap(failed?.error?.message ?? "No check ran.", "  "));
}

function sayCrash({ what, place, line, advice }: CrashText): void {
  say(kleur.red(wrap(what, "  ")));
  say();
  if (place) say(labelled("Edit", place));
  if (line) say(`${kleur.cyan(fold(line, " ".repeat(11)))}\n`);
  say(wrap(advice, "  "));
}

/** Where the check stands that failed: `lessons/01-event-bus/checks/2-unsubscribe.ts:34`. */
function checkPlace(lesson: Lesson, { name, step }: CheckResult): string {
  const files = checkFiles(lesson);
  for (const file of files) {
    const lines = (readIfThere(file) ?? "").split("\n");
    const at = lines.findIndex((line) => line.includes(name));
    if (at >= 0) return `${shortPath(file)}:${at + 1}`;
  }
  // A check that several steps share has its title put together.
  const ofStep = files.find((file) => basename(file).startsWith(`${step}-`));
  return shortPath(ofStep ?? lesson.checks);
}

const printedLines = 10;

function showPrinted(printed = ""): void {
  const lines = printed.trimEnd().split("\n");
  if (printed.trim() === "") return;
  say(`\n  ${kleur.dim("Your code printed")}`);
  for (const line of lines.slice(0, printedLines)) say(fold(line, "    "));
  if (lines.length > printedLines)
    say(kleur.dim(`    … and ${lines.length - printedLines} lines more`));
}

const problemsShown = 3;

/** What the type-checker says. It blocks nothing, and it is never hidden. */
export function showTypeProblems(problems: TypeProblem[]): void {
  if (problems.length === 0) return;
  say(`\n  ${kleur.dim("The type-checker says")}`);
  for (const { file, line, message } of problems.slice(0, problemsShown)) {
    say(`    ${file}:${line}\n${kleur.yellow(problemText(message))}`);
  }
  const more = problems.length - problemsShown;
  if (more > 0) say(kleur.dim(`    … and ${more} more`));
}

function problemText(message: string): string {
  const lines = message.split("\n").map((line) => wrap(line.trim(), "      "));
  return lines.slice(0, 3).join("\n");
}

/** What one may do about it. */
export function showNext(lesson: Lesson, run: ChecksRun): void {
  const failed = firstFailure(run);
  say();
  if (failed) sayCommand(lesson, "hint", "a hint for this step");
  if (failed) sayCommand(lesson, "read", "the step in full, and the explanation");
  sayCommand(lesson, "test", "check again");
  if (failed && isTurn(failed)) {
    sayCommand(lesson, "watch", "check at every save");
  } else {
    sayCommand(lesson, "raw", "everything the checks said");
    sayCommand(lesson, "diff", "your code beside the reference answer");
  }
}

/** One command and what it is for. */
export function sayCommand(lesson: Lesson, word: string, purpose: string): void {
  const command = `npm run lesson ${lesson.number} ${word}`.trimEnd();
  say(`  ${kleur.cyan(command.padEnd(28))} ${purpose}`);
}
