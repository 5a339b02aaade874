/**
 * Code and output in an explanation are not typed but taken from where they are true:
 *
 *     <!-- from lessons/01-event-bus/main.ts#wildcards -->
 *     <!-- output of lessons/01-event-bus/main.ts -->
 *
 * The fence that follows such a comment holds a region of a file, the whole file where none is
 * named, or what the file prints when it is run on the reference answers. `npm run sync` writes
 * the fences. Regions are marked in the source: `// #region wildcards` to `// #endregion`.
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
  kind: "from" | "output";
  /** From the root of the course. */
  path: string;
  region?: string;
  /** Of an output: what follows the path. */
  words: string[];
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

const comment = /^\s*<!-- (from|output of) (\S+?)(?:#(\S+))?((?: \S+)*) -->\s*$/;
const opening = /^(\s*)(`{3,}|~{3,})(.*)$/;
/** In ms: no demonstration takes as long as this. */
const patience = 120_000;

/** What a line asks to be put into the fence after it. */
export function includeIn(line: string): Include | undefined {
  const [found, kind, path, region, words = ""] = comment.exec(line) ?? [];
  if (found === undefined || path === undefined) return undefined;
  return {
    kind: kind === "from" ? "from" : "output",
    path,
    ...(region === undefined ? {} : { region }),
    words: words.split(" ").filter((word) => word !== ""),
  };
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
  const lines = markdown.replaceAll("\r\n", "\n").split("\n");
  const result: Refreshed = { text: "", broken: [], stale: [] };
  const out: string[] = [];
  let at = 0;
  while (at < lines.length) {
    // A comment inside a fence is part of an example.
    const example = fenceAt(lines, at);
    const end = example ? example.end + 1 : at + 1;
    const part = example ? undefined : partAt(lines, at, root, file);
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
  const fence = fenceAt(lines, at + 1);
  return {
    what: sourceOf(include),
    old: fence ? lines.slice(at + 1, fence.end + 1) : [],
    first: 0,
    fresh: () => filled(include, fence, root),
  };
}

/** A region of a source text without its indentation, or all of it; markers are left out. */
export function regionOf(source: string, path: string, region?: string): string {
  const lines = source.replaceAll("\r\n", "\n").split("\n");
  const start =
    region === undefined ? -1 : lines.findIndex((line) => startOf(line) === region);
  if (region !== undefined && start < 0)
    throw new Error(`${path} has no region "${region}"`);
  const end = region === undefined ? lines.length : endOf(lines, start);
  if (end < 0) throw new Error(`region "${region}" of ${path} has no end`);
  const kept = lines.slice(start + 1, end).filter((line) => !isMarker(line));
  return dedented(kept)
    .join("\n")
    .replace(/^\n+|\s+$/g, "");
}

interface Fence {
  indent: string;
  ticks: string;
  info: string;
  end: number;
}

function fenceAt(lines: string[], at: number): Fence | undefined {
  const [found, indent = "", ticks = "", info = ""] = opening.exec(lines[at] ?? "") ?? [];
  if (found === undefined) return undefined;
  const closes = (line: string) =>
    line.trim().startsWith(ticks) && line.trim().replaceAll(ticks[0] ?? "", "") === "";
  const end = lines.findIndex((line, index) => index > at && closes(line));
  return end < 0 ? undefined : { indent, ticks, info, end };
}

async function filled(
  include: Include,
  fence: Fence | undefined,
  root: string,
): Promise<string[]> {
  if (fence === undefined) throw new Error("no fence follows this comment");
  const path = join(root, include.path);
  if (!existsSync(path)) throw new Error(`there is no ${include.path}`);
  const text =
    include.kind === "output"
      ? await outputOf(include, root)
      : regionOf(readText(path), include.path, include.region);
  const { indent, info } = fence;
  const mark = fence.ticks[0] ?? "`";
  let ticks = fence.ticks;
  while (text.split("\n").some((line) => line.trim().startsWith(ticks))) ticks += mark;
  const body = text.split("\n").map((line) => (line === "" ? "" : indent + line));
  return [`${indent}${ticks}${info}`, ...body, `${indent}${ticks}`];
}

function sourceOf({ kind, path, region }: Include): string {
  return `${kind === "from" ? "" : "what it prints: "}${path}${region ? `#${region}` : ""}`;
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
  return /^\s*(?:\/\/|#|--|<!--)\s*#region (\S+)/.exec(line)?.[1];
}

function isEnd(line: string): boolean {
  return /^\s*(?:\/\/|#|--|<!--)\s*#endregion\b/.test(line);
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

function outputOf({ path, words }: Include, root: string): Promise<string> {
  const key = [root, path, ...words].join("\n");
  const output = outputs.get(key) ?? print(path, words, root);
  outputs.set(key, output);
  return output;
}

/** Standard output and errors in one file, so that they stay in the order in which they came. */
async function print(path: string, words: string[], root: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "workbook-output-"));
  const file = openSync(join(folder, "printed"), "w");
  try {
    const status = await run([join(root, path), ...words], root, file);
    const text = readText(join(folder, "printed"));
    if (status !== 0) throw new Error(`${path} ends with ${status} and prints:\n${text}`);
    return text.replace(/^\n+|\s+$/g, "");
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the exit status, or the signal that ended it. */
async function run(args: string[], root: string, output: number): Promise<unknown> {
  const { FORCE_COLOR: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const options = ["--conditions=solution", "--import", import.meta.resolve("tsx")];
  const child = spawn(process.execPath, [...options, ...args], {
    cwd: root,
    env: { ...env, NO_COLOR: "1" },
    stdio: ["ignore", output, output],
    timeout: patience,
  });
  const [status, signal] = await once(child, "exit");
  return status ?? signal;
}
