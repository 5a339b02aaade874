import kleur from "kleur";
import type { Progress } from "../checks/progress.ts";
import type { TypeProblem } from "../checks/type-errors.ts";
import type { Ask, Card } from "../results/card.ts";
import type { Row } from "../results/row.ts";
import type { Lesson } from "../work/course.ts";
import { renderMarkdown } from "./markdown.ts";
import { apart, bar, fold, foldMarked, labelled, say, wrap } from "./terminal.ts";

/** Of a step's text; the rest is for the explanation. */
const linesAtMost = 12;

/** Shows the first open step alone: what it asks for, what happened, where to write. */
export function showCard(lesson: Lesson, card: Card): void {
  const { title, state, instruction, asks, rows, printed } = card;
  const paint = state === "your turn" ? kleur.yellow : kleur.red;
  say(apart(kleur.bold(title), paint(state)));
  say();
  if (instruction) say(`${shortened(lesson, instruction)}\n`);
  showAsks(lesson, asks);
  for (const row of rows) say(rowText(row));
  showPrinted(printed);
}

/** Where the text is too long, without its samples, tables and figures; then the paragraphs for which there is room. */
function shortened({ number }: Lesson, instruction: string): string {
  const whole = renderMarkdown(instruction, "  ");
  if (linesIn(whole) <= linesAtMost) return whole;
  const prose = instruction.replace(
    /(:?)\n+(?:<!--.*-->\n+)?(?:```[\s\S]*?\n```|\|.*(?:\n\|.*)*)/g,
    (_, colon) => colon && " …",
  );
  const [shown = "", ...others] = renderMarkdown(prose, "  ").split("\n\n");
  let text = shown;
  for (const next of others) {
    if (linesIn(`${text}\n\n${next}`) > linesAtMost) break;
    text += `\n\n${next}`;
  }
  return `${text.replace(/:$/, " …")}\n\n  … more: ${kleur.cyan(`npm run lesson ${number} read`)}`;
}

function linesIn(text: string): number {
  return text.split("\n").length;
}

const marks: Record<Ask["state"], string> = {
  passes: kleur.green("✔"),
  "looked at": kleur.yellow("▸"),
  open: "·",
};

/** The list of what a step asks, where its lesson has one. */
export function showAsks({ number }: Lesson, asks: Ask[]): void {
  if (asks.length === 0) return;
  const legend = number === 1 ? '   ✔ passed · ▸ failed · "·" not tried in full yet' : "";
  say(`  ${kleur.dim(`What this step asks${legend}`)}`);
  for (const { text, state } of asks)
    say(`  ${marks[state]} ${renderMarkdown(text, "    ").trimStart()}`);
  say();
}

function rowText({ label, kind, lines }: Row): string {
  const text = lines.join("\n");
  if (kind === "lines") {
    const head = `  ${kleur.green("+ expected")} ${kleur.red("- actual")}`;
    return `${head}\n\n${lines.map(lineText).join("\n")}\n`;
  }
  if (label === "" && kind === "code")
    return `${kleur.cyan(fold(text, " ".repeat(11)))}\n`;
  if (label === "" && kind === "error") return `${kleur.red(wrap(text, "  "))}\n`;
  if (label === "") return wrap(text, "  ");
  if (kind === "error") {
    const [what = "", ...advice] = lines;
    return labelled(label, [kleur.red(what), ...advice].join(" "));
  }
  if (kind === "warning") return labelled(label, kleur.yellow(text));
  if (kind === "expected") return labelled(label, kleur.green(text), fold);
  if (kind === "actual") return labelled(label, kleur.red(text), fold);
  return labelled(label, text, kind === "code" ? fold : wrap);
}

function lineText(line: string): string {
  if (!/^[+-] /.test(line)) return kleur.dim(fold(line, "    "));
  const paint = line.startsWith("+") ? kleur.green : kleur.red;
  return paint(foldMarked(line.slice(0, 2), line.slice(2), "    "));
}

/** How far the learner is, as one line: `■■□□□□□  2 of 7 steps`. */
export function stepsLine({ done, steps }: Progress): string {
  return `${bar(done, steps)}  ${done.length} of ${steps} steps`;
}

const printedLines = 10;

function showPrinted(printed: string): void {
  if (printed.trim() === "") return;
  const lines = fold(printed.trimEnd(), "    ").split("\n");
  say(`\n  ${kleur.dim("Your code printed")}`);
  for (const line of lines.slice(0, printedLines)) say(line);
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

/** What one may do about a card. */
export function showNext(lesson: Lesson, { state }: Card): void {
  say();
  if (state !== "does not run") {
    sayCommand(lesson, "hint", "a hint for this step");
    sayCommand(lesson, "read", "the step in full, and the explanation");
  }
  sayCommand(lesson, "test", "check again");
  if (state === "your turn") {
    sayCommand(lesson, "watch", "check at every save");
  } else {
    sayCommand(lesson, "raw", "all that the checks said");
    sayCommand(lesson, "diff", "your code beside the reference answer");
  }
}

/** One command and what it is for. */
export function sayCommand(lesson: Lesson, word: string, purpose: string): void {
  const command = `npm run lesson ${lesson.number} ${word}`.trimEnd();
  say(`  ${kleur.cyan(command.padEnd(28))} ${purpose}`);
}
