/**
 * Code and output in an explanation are not typed but taken from where they are true:
 *
 *     <!-- from lessons/01-event-bus/main.ts#wildcards -->
 *     <!-- output of lessons/01-event-bus/main.ts -->
 *
 * The fence that follows such a comment holds a region of a file, or what the file prints when it
 * is run on the reference answers. `npm run sync` writes the fences. Regions are marked in the
 * source: `// #region wildcards` to `// #endregion`.
 *
 * What a step asks is not typed either: the list after `<!-- asked by step 2 -->` in a lesson's
 * explanation holds the titles of that step's checks, in order.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { type CheckResult, runChecks } from "../workbook/checks/run-checks.ts";
import { lessonIn, readText } from "../workbook/work/course.ts";
import { askOf } from "../workbook/work/readme.ts";

/** What a comment before a fence asks for. */
interface Include {
  /** From the root of the course. */
  path: string;
  /** Undefined where the output is asked for. */
  region: string | undefined;
}

/** Something wrong in a Markdown file. Lines are counted from 1. */
export interface Complaint {
  line: number;
  message: string;
}

interface Refreshed {
  /** The Markdown with every fence as it should be. */
  text: string;
  /** Includes that lead nowhere; their fences are left as they are. */
  broken: Complaint[];
  /** Fences that differ from their source. */
  stale: Complaint[];
}

const comment = /^<!-- (?:from (\S+)#(\S+)|output of (\S+)) -->$/;
/** In ms: no demonstration takes as long as this. */
const patience = 120_000;

/** What a line asks to be put into the fence after it. */
export function includeIn(line: string): Include | undefined {
  const [, source, region, program] = comment.exec(line) ?? [];
  const path = source ?? program;
  return path === undefined ? undefined : { path, region };
}

/**
 * Puts into each fence of a Markdown text what its comment asks for, and into each list what a step asks.
 *
 * @param file where the text stands: what steps ask is known in a lesson's explanation only
 */
export async function refresh(
  markdown: string,
  root: string,
  file = "",
): Promise<Refreshed> {
  const lines = markdown.split("\n");
  const result: Refreshed = { text: "", broken: [], stale: [] };
  const out: string[] = [];
  let at = 0;
  while (at < lines.length) {
    // A comment inside a fence is part of an example.
    const example = fenceEnd(lines, at);
    const end = (example ?? at) + 1;
    const part = example === undefined ? partAt(lines, at, root, file) : undefined;
    out.push(...lines.slice(at, end));
    at = end;
    if (part === undefined) continue;
    const { what, old, first } = part;
    const fresh = await part.fresh().catch((error: Error) => {
      result.broken.push({ line: end, message: error.message });
      return old;
    });
    if (fresh.join("\n") !== old.join("\n"))
      result.stale.push({ line: end + 1, message: difference(what, old, fresh, first) });
    out.push(...fresh);
    at += old.length;
  }
  result.text = out.join("\n");
  return result;
}

/** What follows a comment that asks for it. */
interface Part {
  what: string;
  old: string[];
  /** How its first line is counted: that of a fence is its opening. */
  first: number;
  /** Rejects with a sentence, where it leads nowhere. */
  fresh(): Promise<string[]>;
}

function partAt(
  lines: string[],
  at: number,
  root: string,
  file: string,
): Part | undefined {
  const step = /^<!-- asked by step (\d+) -->$/.exec(lines[at] ?? "")?.[1];
  if (step !== undefined)
    return {
      what: `what the checks of step ${step} are called`,
      old: bulletsAt(lines, at + 1),
      first: 1,
      fresh: () => asked(Number(step), root, file),
    };
  const include = includeIn(lines[at] ?? "");
  if (include === undefined) return undefined;
  const end = fenceEnd(lines, at + 1) ?? at;
  const old = lines.slice(at + 1, end + 1);
  const fresh = () => filled(include, old[0], root);
  return { what: sourceOf(include), old, first: 0, fresh };
}

/** A region of a source text without its indentation; markers are left out. */
export function regionOf(source: string, path: string, region: string): string {
  const lines = source.split("\n");
  const start = lines.findIndex((line) => startOf(line) === region);
  if (start < 0) throw new Error(`${path} has no region "${region}"`);
  const end = endOf(lines, start);
  if (end < 0) throw new Error(`region "${region}" of ${path} has no end`);
  const kept = lines.slice(start + 1, end).filter((line) => !isMarker(line));
  return dedented(kept)
    .join("\n")
    .replace(/^\n+|\s+$/g, "");
}

/** The last line of the fence that begins in a line, if one does. */
function fenceEnd(lines: string[], at: number): number | undefined {
  const end = lines[at]?.startsWith("```") ? lines.indexOf("```", at + 1) : -1;
  return end < 0 ? undefined : end;
}

async function filled(
  { path, region }: Include,
  opening: string | undefined,
  root: string,
): Promise<string[]> {
  if (opening === undefined) throw new Error("no fence follows this comment");
  if (!existsSync(join(root, path))) throw new Error(`there is no ${path}`);
  const text =
    region === undefined
      ? await outputOf(path, root)
      : regionOf(readText(join(root, path)), path, region);
  return [opening, ...text.split("\n"), "```"];
}

function sourceOf({ path, region }: Include): string {
  return region === undefined ? `what it prints: ${path}` : `${path}#${region}`;
}

function difference(
  source: string,
  old: string[],
  fresh: string[],
  first: number,
): string {
  const at = fresh.findIndex((line, index) => line !== old[index]);
  return [
    `differs from ${source}, in its line ${Math.max(at, 0) + first}`,
    `  source: ${fresh[at] ?? "(ends)"}`,
    `  here:   ${old[at] ?? "(ends)"}`,
    "  to mend it: npm run sync",
  ].join("\n");
}

function startOf(line: string): string | undefined {
  return /^\s*\/\/ #region (\S+)/.exec(line)?.[1];
}

function isEnd(line: string): boolean {
  return /^\s*\/\/ #endregion\b/.test(line);
}

function isMarker(line: string): boolean {
  return startOf(line) !== undefined || isEnd(line);
}

function endOf(lines: string[], start: number): number {
  let depth = 0;
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (startOf(line) !== undefined) depth += 1;
    if (isEnd(line)) depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function dedented(lines: string[]): string[] {
  const indents = lines
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => line.slice(indent));
}

function bulletsAt(lines: string[], start: number): string[] {
  const end = lines.findIndex((line, at) => at >= start && !line.startsWith("- "));
  return lines.slice(start, end < 0 ? lines.length : end);
}

/** The titles of a step's checks as a list. */
async function asked(step: number, root: string, file: string): Promise<string[]> {
  const [room, folder = ""] = relative(root, file).split(sep);
  if (room !== "lessons")
    throw new Error("only a lesson's explanation can say what a step asks");
  const checks = (await namesOf(root, folder)).filter((check) => check.step === step);
  if (checks.length === 0) throw new Error(`no check is named "step ${step} · …"`);
  return checks.map((check) => `- ${askOf(check.name)}`);
}

/** By lesson: several steps are asked for. */
const names = new Map<string, Promise<CheckResult[]>>();

/** The checks as the test runner meets them, on the reference; none of them is run. */
function namesOf(root: string, folder: string): Promise<CheckResult[]> {
  const key = join(root, folder);
  const found = names.get(key) ?? nameChecks(root, folder);
  names.set(key, found);
  return found;
}

async function nameChecks(root: string, folder: string): Promise<CheckResult[]> {
  const conditions = ["solution"];
  const lesson = lessonIn(root, folder);
  const options = { root, lesson, conditions, namesOnly: true };
  const { checks, crash } = await runChecks(options);
  if (crash) throw new Error(`the checks cannot be named: ${crash.message}`);
  return checks;
}

/** By program: one that is shown in two places runs once. */
const outputs = new Map<string, Promise<string>>();

function outputOf(path: string, root: string): Promise<string> {
  const key = join(root, path);
  const output = outputs.get(key) ?? print(path, root);
  outputs.set(key, output);
  return output;
}

/** Standard output and errors in one file, so that they stay in the order in which they came. */
async function print(path: string, root: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "workbook-output-"));
  const file = openSync(join(folder, "printed"), "w");
  try {
    const status = await run(join(root, path), root, file);
    const text = readText(join(folder, "printed"));
    if (status !== 0) throw new Error(`${path} ends with ${status} and prints:\n${text}`);
    return text.replace(/^\n+|\s+$/g, "");
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the exit status, or the signal that ended it. */
async function run(program: string, root: string, output: number): Promise<unknown> {
  const { FORCE_COLOR: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const options = ["--conditions=solution", "--import", import.meta.resolve("tsx")];
  const child = spawn(process.execPath, [...options, program], {
    cwd: root,
    env: { ...env, NO_COLOR: "1" },
    stdio: ["ignore", output, output],
    timeout: patience,
  });
  const [status, signal] = await once(child, "exit");
  return status ?? signal;
}
