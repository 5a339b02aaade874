import { stripVTControlCharacters } from "node:util";
import kleur from "kleur";
import wrapAnsi from "wrap-ansi";

/** Never wider than 80 columns, so that two windows fit side by side. */
export function columns(): number {
  return Math.max(40, Math.min(80, process.stdout.columns || 80));
}

// Whoever reads our output may stop early, as in `npm run lesson 1 diff | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

export function say(text = ""): void {
  process.stdout.write(`${text}\n`);
}

/** Whether one may go back in what was printed: in a terminal, except where it calls itself dumb. */
export function movesCursor(
  isTerminal: boolean = process.stdout.isTTY,
  kind: string | undefined = process.env.TERM,
): boolean {
  return isTerminal && kind !== "dumb";
}

/** Breaks prose between words; every line begins with the indent. */
export function wrap(text: string, indent = ""): string {
  return indented(wrapAnsi(text, columns() - indent.length), indent);
}

/** Where a line may be broken although it has no space there. */
const joint = "\u200b";

/**
 * Breaks code where the window ends, also behind a comma of JSON. What goes on is indented as its line is, and
 * `deeper`; of a comment it is a comment, too.
 */
export function fold(text: string, indent = "", deeper = ""): string {
  const folded = text.replace(
    /^( *(?:(?:\/\/|\*) )?)(.+)$/gm,
    (line, own: string, words: string) => {
      const room = columns() - indent.length;
      if (widthOf(line) <= room) return line;
      const under = own + deeper;
      const pieces = wrapAnsi(
        words.replace(/,(?=["[{])/g, `, ${joint}`),
        Math.max(10, room - under.length),
        { hard: true },
      );
      return (
        own +
        pieces.replace(new RegExp(` ?${joint}`, "g"), "").replaceAll("\n", `\n${under}`)
      );
    },
  );
  return indented(folded, indent);
}

function indented(text: string, indent: string): string {
  return text.replace(/^.*$/gm, (line) => `${indent}${line}`.trimEnd());
}

/** Breaks a line of a comparison, and begins each piece with its mark, `+` or `-`. */
export function foldMarked(mark: string, text: string, indent = ""): string {
  const before = indent + mark;
  return fold(text, " ".repeat(before.length), "    ")
    .split("\n")
    .map((line) => `${before}${line.slice(before.length)}`.trimEnd())
    .join("\n");
}

const labelWidth = 11;

/** A label and a text beside it: `  Edit     work/01-event-bus/event-bus.ts:12`. */
export function labelled(label: string, text: string, layOut = wrap): string {
  const indent = " ".repeat(labelWidth);
  const body = layOut(text, indent).slice(labelWidth);
  return `  ${kleur.dim(label.padEnd(labelWidth - 2))}${body}`;
}

/** Two texts at the two ends of a line. */
export function apart(left: string, right: string): string {
  const gap = columns() - widthOf(left) - widthOf(right);
  return `${left}${" ".repeat(Math.max(2, gap))}${right}`;
}

/** How many columns a text takes, its colours left out. */
export function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** A line between what the workbook says and what a program of the course prints. */
export function sayRule(): void {
  say(kleur.dim("─".repeat(20)));
}

/** One box for each step, full where it is done: `■■■□□□□`. */
export function bar(done: number[], all: number): string {
  const box = (step: number) => (done.includes(step) ? kleur.green("■") : kleur.dim("□"));
  return Array.from({ length: all }, (_, at) => box(at + 1)).join("");
}

/**
 * The exit status of a failure. In a terminal it is 0, because npm would print an error of
 * its own behind the one that helps; scripts and CI get 1.
 */
export function failureStatus(): number {
  return process.stdout.isTTY && !process.env.CI ? 0 : 1;
}
