/** Holds what is written against what is there. Each check returns what is wrong, and in which line. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import MarkdownIt from "markdown-it";
import { partsOf, selectLesson } from "../workbook/select.ts";
import { courseWords, lessonWords } from "../workbook/words.ts";
import {
  checkFiles,
  courseRoot,
  filesUnder,
  findLessons,
  type Lesson,
  readText,
  shortPath,
} from "../workbook/work/course.ts";
import { readExplanation, sectionsOf, slugOf } from "../workbook/work/readme.ts";
import { type Complaint, includeIn } from "./includes.ts";

const levels: Record<number, string> = {
  1: "basic",
  2: "intermediate",
  3: "advanced",
  4: "hard mode",
};

const sections = [
  "What you will build",
  "The idea",
  "The steps",
  "Run it",
  "Where it bites",
  "What it costs",
  "Why events",
  "In the real world",
  "Check yourself",
  "Go further",
  "When it is done",
];

export const wordsAtLeast = 800;
export const wordsAtMost = 1800;

const asksAtLeast = 3;
const asksAtMost = 8;

/** How a text that a new lesson lays out says that it is not the text yet. */
export const placeholder = "To be written: ";

type Token = ReturnType<InstanceType<typeof MarkdownIt>["parse"]>[number];

const markdown = new MarkdownIt({ html: true });

/** The Markdown files that belong to no lesson. */
export function generalTexts(): string[] {
  return [join(courseRoot, "README.md"), ...markdownUnder(join(courseRoot, "docs"))];
}

/** Links, commands, file names and fences: what holds for any Markdown file. */
export function misleading(file: string, root: string): Complaint[] {
  const text = readText(file);
  const tokens = markdown.parse(text, {});
  return [
    ...brokenLinks(tokens, file, root),
    ...unknownCommands(text, root),
    ...unknownFiles(tokens, file, root),
    ...typedCode(tokens, text),
  ].sort((one, other) => one.line - other.line);
}

/** The form that all lessons share, since the terminal and the site read it piece by piece. */
export function outOfForm(lesson: Lesson): Complaint[] {
  const file = join(lesson.given, "README.md");
  const text = readText(file);
  return [
    ...headOf(text, lesson),
    ...orderOf(text),
    ...stepsOf(text, lesson),
    ...endOf(text, lesson),
    ...placeholdersIn(text),
    ...lengthOf(text),
  ].sort((one, other) => one.line - other.line);
}

/** Words a reader reads in passing: neither code nor comments, and no hint before it is asked for. */
export function countWords(text: string): number {
  const prose = text
    .replace(/^(\s*)(`{3,}|~{3,}).*\n[\s\S]*?^\s*\2`*$/gm, "")
    .replace(/^<!-- asked by step \d+ -->\n(?:- .*\n)*/gm, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<details><summary>Hint \d+<\/summary>[\s\S]*?<\/details>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/`[^`\n]*`/g, " ");
  return prose.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** Anchors as code hosts make them of headings. */
function anchorsIn(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const { title } of sectionsOf(text)) {
    const slug = slugOf(title);
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  for (const [, id = ""] of text.matchAll(/<[a-z]+[^>]*\bid="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

function headOf(text: string, { number }: Lesson): Complaint[] {
  const blocks = text.trim().split(/\n\s*\n/);
  const [title = "", level = "", tagline = ""] = blocks;
  const complaints: Complaint[] = [];
  const complain = (part: string, message: string) =>
    complaints.push(at(text, part, message));
  if (!new RegExp(`^# ${number} · \\S.*$`).test(title))
    complain(title, `the title is not "# ${number} · …"`);
  const [, digit, word] = /^Level (\d) · (.+) · about \d+ minutes$/.exec(level) ?? [];
  if (word === undefined || levels[Number(digit)] !== word)
    complain(level, 'below the title belongs "Level 1 · basic · about 60 minutes"');
  if (!/^> \S.*$/.test(tagline))
    complain(tagline, "below the level belongs a tagline, one line that begins with >");
  return complaints;
}

function orderOf(text: string): Complaint[] {
  const found = sectionsOf(text).filter(({ depth }) => depth === 2);
  const wrong = sections.findIndex((title, index) => found[index]?.title !== title);
  if (wrong >= 0) {
    const end = { title: "the end", line: text.split("\n").length };
    const { title, line } = found[wrong] ?? end;
    const message = `here belongs "## ${sections[wrong]}", but there is ${title}`;
    return [{ line, message }];
  }
  return found.slice(sections.length).map(({ title, line }) => ({
    line,
    message: `"## ${title}" is not a section of a lesson`,
  }));
}

function stepsOf(text: string, lesson: Lesson): Complaint[] {
  const complaints: Complaint[] = [];
  const { steps } = readExplanation(lesson);
  const checks = checkFiles(lesson)
    .map((file) => readText(file))
    .join("\n");
  const checked = new Set(
    [...checks.matchAll(/\bstep (\d+) · |\bcheckDays\(\s*(\d+),/g)].map(
      ([, one, other]) => Number(one ?? other),
    ),
  );
  for (const [index, { number, instruction, asks, hints }] of steps.entries()) {
    const line = lineOf(text, `### Step ${number} · `);
    const complain = (message: string) => complaints.push({ line, message });
    if (number !== index + 1) complain(`this should be step ${index + 1}`);
    if (!checked.has(number)) complain(`no check is named "step ${number} · …"`);
    if (!/^\p{L}|^`/u.test(instruction))
      complain(`step ${number} does not begin with a paragraph that says what to do`);
    const own = asks.filter((ask) => !ask.startsWith("on any day"));
    if (asks.length === 0 && existsSync(join(lesson.given, "checks")))
      complain(
        `step ${number} does not say what it asks: <!-- asked by step ${number} -->, then npm run sync`,
      );
    else if (asks.length > 0 && (own.length < asksAtLeast || own.length > asksAtMost))
      complain(
        `step ${number} asks for ${own.length} things; ${asksAtLeast} to ${asksAtMost} are allowed`,
      );
    if (hints.length !== 3 || hints.some((hint) => hint === ""))
      complain(`step ${number} needs three hints, has ${hints.length}`);
  }
  const last = Math.max(0, ...checked);
  if (last > steps.length)
    complaints.push(
      at(
        text,
        "## The steps",
        `the checks have ${last} steps, the explanation has ${steps.length}`,
      ),
    );
  return complaints;
}

function endOf(text: string, lesson: Lesson): Complaint[] {
  const { finish } = readExplanation(lesson);
  const complaints = ["**Built:**", "**In production:**", "**Next:**"]
    .filter((part) => !finish.includes(part))
    .map((part) => at(text, "## When it is done", `the end lacks ${part}`));
  const last = sectionsOf(text).find(({ title }) => title === "Check yourself");
  const questions = last?.body.match(/<details>\s*<summary>[^<]*\?<\/summary>/g);
  const count = questions?.length ?? 0;
  if (count >= 3 && count <= 4) return complaints;
  const message = `three or four questions belong here, each folded, not ${count}`;
  return [...complaints, at(text, "## Check yourself", message)];
}

/** What a new lesson leaves to be written. */
function placeholdersIn(text: string): Complaint[] {
  return text.split("\n").flatMap((content, at) => {
    const left = content.indexOf(placeholder);
    return left < 0
      ? []
      : [{ line: at + 1, message: `still to be written: ${content.slice(left)}` }];
  });
}

function lengthOf(text: string): Complaint[] {
  const count = countWords(text);
  if (count >= wordsAtLeast && count <= wordsAtMost) return [];
  const message = `${count} words without code and hints; ${wordsAtLeast} to ${wordsAtMost} are allowed`;
  return [{ line: 1, message }];
}

function brokenLinks(tokens: Token[], file: string, root: string): Complaint[] {
  return inlines(tokens).flatMap(({ token, line }) => {
    const target = token.attrGet("href") ?? token.attrGet("src");
    const message = target ? linkProblem(String(target), file, root) : undefined;
    return message === undefined ? [] : [{ line, message }];
  });
}

function linkProblem(target: string, file: string, root: string): string | undefined {
  if (/^(https?|mailto):/.test(target))
    return URL.canParse(target) ? undefined : `${target} is not a URL`;
  const [path = "", anchor] = decodeURIComponent(target).split("#");
  const found = path === "" ? file : join(dirname(file), path);
  if (!existsSync(found)) return `the link to ${target} leads nowhere`;
  if (relative(root, found).startsWith(".."))
    return `the link to ${target} leads out of the course`;
  if (anchor === undefined || !found.endsWith(".md")) return undefined;
  const anchors = anchorsIn(readText(found));
  return anchors.has(anchor)
    ? undefined
    : `no heading has the anchor of the link ${target}`;
}

function unknownCommands(text: string, root: string): Complaint[] {
  const { scripts = {} } = JSON.parse(readText(join(root, "package.json")));
  const lessons = findLessons(root);
  return text.split("\n").flatMap((content, index) =>
    [...content.matchAll(/\bnpm (run )?([\w:-]+)((?: [\w-]+)*)/g)].flatMap(
      ([command, run, script = "", rest = ""]) => {
        if (run === undefined && script !== "test") return [];
        const words = rest.split(" ").filter((word) => word !== "");
        const message = Object.hasOwn(scripts, script)
          ? script === "lesson" && wordProblem(words, isCode(content, command), lessons)
          : `there is no script "${script}"`;
        return message ? [{ line: index + 1, message: `${command}: ${message}` }] : [];
      },
    ),
  );
}

/** In running text any word may follow the command; what the runner does not know is then prose. */
function wordProblem(
  words: string[],
  code: boolean,
  lessons: Lesson[],
): string | undefined {
  const [selector, word] = words;
  if (selector === undefined || selector in courseWords) return undefined;
  const lesson = selectLesson(lessons, selector);
  if (lesson === undefined)
    return code || /^\d+$/.test(selector) ? `there is no lesson ${selector}` : undefined;
  if (word === undefined || word in lessonWords || partsOf(lesson).includes(word))
    return undefined;
  return code ? `the runner does not know "${word}"` : undefined;
}

/** Whether a command is in backticks, or the line is one of a listing. */
function isCode(line: string, command: string): boolean {
  return line.includes(`\`${command}\``) || line.trimStart().startsWith("npm ");
}

/** File names with a folder, in backticks. */
function unknownFiles(tokens: Token[], file: string, root: string): Complaint[] {
  const tops = new Set([...readdirSync(root), "work"]);
  return inlines(tokens).flatMap(({ token, line }) => {
    if (token.type !== "code_inline") return [];
    const name = token.content;
    if (!/^(?:[\w@.-]+\/)+(?:[\w@.-]+\.\w+)?$/.test(name)) return [];
    const [top = ""] = name.split("/");
    const from = top.startsWith(".") && !tops.has(top) ? dirname(file) : root;
    if (from === root && !tops.has(top)) return [];
    const path = shortPath(join(from, name), root);
    if (isMade(path) || existsSync(join(root, given(path)))) return [];
    return [{ line, message: `there is no ${name}` }];
  });
}

/** Where the learner's copy comes from. */
function given(path: string): string {
  return path.replace(/^work\//, "lessons/");
}

/** Made by commands, so not in a fresh clone. */
function isMade(path: string): boolean {
  return /^(coverage|docs\/site|node_modules|\.trial|work$|work\/(comments\.md|hand-in\.zip)$)/.test(
    path,
  );
}

/** Code belongs in tested files. A hint may show some that is almost right. */
function typedCode(tokens: Token[], text: string): Complaint[] {
  const lines = text.split("\n");
  let hint = false;
  return tokens.flatMap(({ type, content, info, map }) => {
    const marks = content.match(/<summary>Hint \d+<\/summary>|<\/details>/g);
    if (type !== "fence" && marks) hint = marks.at(-1) !== "</details>";
    if (type !== "fence" || hint || !map) return [];
    if (!/^\s*(ts|typescript|js|javascript)\b/.test(info)) return [];
    if (includeIn(lines[map[0] - 1] ?? "")) return [];
    const message =
      "code must come from a tested file: <!-- from path#region --> before it";
    return [{ line: map[0] + 1, message }];
  });
}

function inlines(tokens: Token[]): { token: Token; line: number }[] {
  // The cells of a table do not know their line, but their row does.
  let begin = 1;
  return tokens.flatMap((block) => {
    if (block.map) begin = block.map[0] + 1;
    let line = begin;
    return (block.children ?? []).map((token) => {
      const place = { token, line };
      if (token.type === "softbreak" || token.type === "hardbreak") line += 1;
      return place;
    });
  });
}

export function markdownUnder(folder: string): string[] {
  return filesUnder(folder)
    .filter((file) => file.endsWith(".md") && !file.startsWith("site/"))
    .map((file) => join(folder, file));
}

/** A complaint about the line in which a part of the text is. */
function at(text: string, part: string, message: string): Complaint {
  return { line: lineOf(text, part), message };
}

function lineOf(text: string, part: string): number {
  const at = text.indexOf(part);
  return at < 0 ? 1 : text.slice(0, at).split("\n").length;
}
