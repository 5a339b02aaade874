import { join } from "node:path";
import { diffLines } from "diff";
import { answerOf } from "../shared/workbook/work/answers.ts";
import { type Lesson, readText } from "../shared/workbook/work/course.ts";
import { escapeHtml } from "./escape-html.ts";
import { highlight } from "./markdown.ts";
import type { Words } from "./words.ts";

/** So many equal lines around a change stay visible. */
const CONTEXT = 2;

/** For each file of a lesson: what changes from the starter to the reference answer, folded. */
export function differences(lesson: Lesson, words: Words): string {
  const files = lesson.files.map((file) => {
    const starter = readText(join(lesson.given, file));
    const answer = answerOf(lesson, file);
    return `<figure class="difference"><figcaption>${escapeHtml(
      words.differenceOf(`lessons/${lesson.folder}/${file}`, answer.path),
    )}</figcaption><pre tabindex="0"><code>${rows(starter, answer.text, words)}</code></pre></figure>`;
  });
  return `<details class="differences"><summary>${words.difference}</summary>\n${files.join("\n")}\n</details>\n`;
}

interface Line {
  sign: " " | "+" | "-";
  html: string;
}

/** Long runs of equal lines become one line that says how many there are. */
function rows(starter: string, answer: string, words: Words): string {
  const before = highlightedLines(starter);
  const after = highlightedLines(answer);
  const lines: Line[] = [];
  for (const { added, removed, count = 0 } of diffLines(starter, answer)) {
    const taken = removed ? before.splice(0, count) : after.splice(0, count);
    if (!added && !removed) before.splice(0, count);
    const sign = added ? "+" : removed ? "-" : " ";
    lines.push(...taken.map((html): Line => ({ sign, html })));
  }
  return fold(lines, words);
}

function fold(lines: Line[], words: Words): string {
  const isNear = lines.map((_, at) =>
    lines
      .slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1)
      .some(({ sign }) => sign !== " "),
  );
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const from = at;
    while (at < lines.length && !isNear[at]) at++;
    // One or two lines are sooner read than their number.
    if (at - from > 2)
      out.push(`<span class="same">${words.sameLines(at - from)}</span>`);
    else out.push(...lines.slice(from, at).map(row));
    for (; at < lines.length && isNear[at]; at++) out.push(row(lines[at]));
  }
  return out.join("");
}

function row(line: Line | undefined): string {
  if (!line) return "";
  const kind = { " ": "kept", "+": "added", "-": "removed" }[line.sign];
  return `<span class="${kind}">${line.sign} ${line.html}\n</span>`;
}

/** Each line by itself: what spans lines, such as a comment, is closed and opened again. */
function highlightedLines(text: string): string[] {
  let open: string[] = [];
  return highlight(text.replace(/\n$/, ""), "ts")
    .split("\n")
    .map((line) => {
      const start = open.join("");
      for (const [tag] of line.matchAll(/<span [^>]*>|<\/span>/g)) {
        open = tag === "</span>" ? open.slice(0, -1) : [...open, tag];
      }
      return start + line + "</span>".repeat(open.length);
    });
}
