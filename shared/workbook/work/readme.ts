import { readFileSync } from "node:fs";
import { join } from "node:path";
import MarkdownIt from "markdown-it";
import type { Lesson } from "./course.ts";

export interface Step {
  number: number;
  title: string;
  /** The first paragraph, as Markdown. */
  instruction: string;
  /** As Markdown: a question, a pointer, almost the code. */
  hints: string[];
}

export interface Explanation {
  steps: Step[];
  /** What to say when all steps pass, as Markdown. */
  finish: string;
}

interface Section {
  depth: number;
  title: string;
  body: string;
}

/** Reads a lesson's explanation, the one place where its words are written. */
export function readExplanation(lesson: Lesson): Explanation {
  const source = readFileSync(join(lesson.given, "README.md"), "utf8").replaceAll(
    "\r\n",
    "\n",
  );
  const sections = sectionsOf(source);
  const finish = sections.find(({ title }) => title === "When it is done");
  return {
    steps: sections.flatMap((section) => stepIn(section) ?? []),
    finish: finish?.body.trim() ?? "",
  };
}

/** Headings are found by the Markdown parser, since code may have lines that begin with `#` too. */
function sectionsOf(source: string): Section[] {
  const lines = source.split("\n");
  const headings = new MarkdownIt({ html: true })
    .parse(source, {})
    .flatMap((token) =>
      token.type === "heading_open" && token.map
        ? [{ depth: Number(token.tag.slice(1)), from: token.map[0], to: token.map[1] }]
        : [],
    );
  return headings.map(({ depth, from, to }, at) => ({
    depth,
    title: (lines[from] ?? "").replace(/^#+\s*/, "").trim(),
    body: lines.slice(to, headings[at + 1]?.from).join("\n"),
  }));
}

function stepIn({ depth, title, body }: Section): Step | undefined {
  const found = /^Step (\d+) · (.+)$/.exec(title);
  if (depth !== 3 || found === null) return undefined;
  return {
    number: Number(found[1]),
    title: found[2] ?? "",
    instruction: body.trim().split(/\n\s*\n/)[0] ?? "",
    hints: hintsIn(body),
  };
}

function hintsIn(body: string): string[] {
  const details = /<details>\s*<summary>Hint \d+<\/summary>([\s\S]*?)<\/details>/g;
  return [...body.matchAll(details)].map(([, hint = ""]) => hint.trim());
}
