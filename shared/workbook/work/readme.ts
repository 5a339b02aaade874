import { join } from "node:path";
import MarkdownIt from "markdown-it";
import { type Lesson, readText } from "./course.ts";

export interface Step {
  number: number;
  title: string;
  /** What to do, as Markdown: all before the list of what the step asks, else the first paragraph. */
  instruction: string;
  /** What the step asks, as Markdown: the titles of its checks. Empty where the text has no such list. */
  asks: string[];
  /** As Markdown: a question, a pointer, almost the code. */
  hints: string[];
}

interface Explanation {
  steps: Step[];
  /** What to say when all steps pass, as Markdown. */
  finish: string;
}

interface Section {
  depth: number;
  title: string;
  /** Of the heading, counted from 1. */
  line: number;
  /** Up to the next heading. */
  body: string;
}

/** Reads a lesson's explanation, the one place where its words are written. */
export function readExplanation(lesson: Lesson): Explanation {
  const source = readText(join(lesson.given, "README.md"));
  const sections = sectionsOf(source);
  const finish = sections.find(({ title }) => title === "When it is done");
  return {
    steps: sections.flatMap((section) => stepIn(section) ?? []),
    finish: finish?.body.trim() ?? "",
  };
}

/** Headings are found by the Markdown parser, since code may have lines that begin with `#` too. */
export function sectionsOf(source: string): Section[] {
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
    line: from + 1,
    body: lines.slice(to, headings[at + 1]?.from).join("\n"),
  }));
}

/** The id of a heading: the same words as on a code host, so that links work there and on the site. */
export function slugOf(title: string): string {
  return title
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function stepIn({ depth, title, body }: Section): Step | undefined {
  const found = /^Step (\d+) · (.+)$/.exec(title);
  if (depth !== 3 || found === null) return undefined;
  const [before = "", list] = body.split(/^<!-- asked by step \d+ -->\n/m);
  const [first = ""] = body.trim().split(/\n\s*\n/);
  return {
    number: Number(found[1]),
    title: found[2] ?? "",
    instruction: list === undefined ? first : before.replace(askedHead, "").trim(),
    asks: list === undefined ? [] : bulletsIn(list),
    hints: hintsIn(body),
  };
}

/** The line above the list, which screens write in their own way. */
const askedHead = /\n[*_#\s]*What this step asks\W*$/i;

function bulletsIn(list: string): string[] {
  const [, ...bullets] = (/^(?:- .*(?:\n|$))*/.exec(list)?.[0] ?? "").split(/^- /m);
  return bullets.map((bullet) => bullet.trim());
}

/** The name of a check without its step. */
export function titleOf(check: string): string {
  return check.replace(/^step \d+ · /, "");
}

/** What a check demands: its title, as Markdown that shows it as it is. */
export function askOf(check: string): string {
  return titleOf(check)
    .split(/(`[^`]+`)/)
    .map((part, at) => (at % 2 ? part : part.replace(/[\\`*_<[&]|^[#>+-]/g, "\\$&")))
    .join("");
}

function hintsIn(body: string): string[] {
  const details = /<details>\s*<summary>Hint \d+<\/summary>([\s\S]*?)<\/details>/g;
  return [...body.matchAll(details)].map(([, hint = ""]) => hint.trim());
}
