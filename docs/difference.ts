import { join } from "node:path";
import { diffLines } from "diff";
import { answerOf } from "../shared/workbook/work/answers.ts";
import { type Lesson, readText } from "../shared/workbook/work/course.ts";
import { escapeHtml } from "./escape-html.ts";
import { highlight } from "./markdown.ts";
import type { Words } from "./words.ts";

/** How many equal lines stay visible around a change. */
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

/** What changes, line by line; long runs of equal lines become one line that says how many there are. */
function rows(starter: string, answer: string, words: Words): string {
  const before = highlightedLines(starter);
  const after = highlightedLines(answer);
  const parts = diffLines(starter, answer);
  return parts
    .map(({ added, removed, count = 0 }, at) => {
      if (removed) return marked("removed", "-", before.splice(0, count));
      const taken = after.splice(0, count);
      if (added) return marked("added", "+", taken);
      before.splice(0, count);
      const from = at === 0 ? 0 : CONTEXT;
      const to = count - (at === parts.length - 1 ? 0 : CONTEXT);
      // One or two lines are sooner read than their number.
      if (to - from <= 2) return marked("kept", " ", taken);
      const same = `<span class="same">${words.sameLines(to - from)}</span>`;
      const [first, last] = [taken.slice(0, from), taken.slice(to)];
      return marked("kept", " ", first) + same + marked("kept", " ", last);
    })
    .join("");
}

function marked(kind: string, sign: string, lines: string[]): string {
  return lines.map((line) => `<span class="${kind}">${sign} ${line}\n</span>`).join("");
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
