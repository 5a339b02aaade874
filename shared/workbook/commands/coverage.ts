import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import kleur from "kleur";
import { keepTrack } from "../checks/processes.ts";
import { conditionsOf, ownPieces } from "../checks/progress.ts";
import { runChecks } from "../checks/run-checks.ts";
import { prepare } from "../screens/prepare.ts";
import { apart, columns, say } from "../screens/terminal.ts";
import { sayTitle } from "../screens/title.ts";
import {
  courseRoot,
  type Lesson,
  linesOf,
  readIfThere,
  shortPath,
} from "../work/course.ts";

/** `npm run lesson 4 coverage`: which lines of the learner's own code the checks reached. */
export default async function coverage(lesson: Lesson): Promise<number> {
  prepare(lesson);
  sayTitle(lesson);
  const program = createRequire(import.meta.url).resolve("c8/bin/c8.js");
  const folder = mkdtempSync(join(courseRoot, "work", ".coverage-"));
  try {
    const conditions = conditionsOf(await ownPieces(lesson.number));
    const env = { NODE_V8_COVERAGE: folder };
    const { checks } = await runChecks({ root: courseRoot, lesson, conditions, env });
    const passed = checks.filter((check) => check.passed).length;
    say(`What ${checks.length} checks reached of your code; ${passed} of them pass.\n`);
    const status = await report(program, folder, lesson);
    for (const file of lesson.files) sayReached(join(lesson.work, file), folder);
    return status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What c8 writes of one file: for each line, as a statement, how often it was reached. */
interface FileReport {
  statementMap: Record<string, { start: { line: number } }>;
  s: Record<string, number>;
}

/** Says how much of a file the checks reached, and names the lines that they did not. */
function sayReached(path: string, folder: string): void {
  const source = readIfThere(join(folder, "coverage-final.json")) ?? "{}";
  const found = (JSON.parse(source) as Record<string, FileReport>)[path];
  const reached = new Set<number>();
  for (const [id, { start }] of Object.entries(found?.statementMap ?? {}))
    if (found?.s[id]) reached.add(start.line);
  const lines = linesOf(path);
  const all = lines.flatMap((text, at) => (text.trim() ? [at + 1] : []));
  const percent = Math.floor(
    (100 * all.filter((line) => reached.has(line)).length) / Math.max(1, all.length),
  );
  say(apart(kleur.bold(shortPath(path)), `${percent} % of ${all.length} lines`));
  for (const { first, last } of gaps(all, reached)) {
    const place = first === last ? `${first}` : `${first}–${last}`;
    const code = (lines[first - 1] ?? "").trim().slice(0, columns() - 12);
    say(`  ${kleur.yellow(place.padEnd(9))} ${code}`);
  }
}

/** Lines that follow each other and were not reached. */
function gaps(lines: number[], reached: Set<number>): { first: number; last: number }[] {
  const found: { first: number; last: number }[] = [];
  for (const [at, line] of lines.entries()) {
    if (reached.has(line)) continue;
    const open = found.at(-1);
    if (open && open.last === lines[at - 1]) open.last = line;
    else found.push({ first: line, last: line });
  }
  return found;
}

async function report(program: string, folder: string, lesson: Lesson): Promise<number> {
  const args = [
    ...[program, "report", "--reporter=json", `--temp-directory=${folder}`],
    ...[`--reports-dir=${folder}`, `--include=**/work/${lesson.folder}/**`],
    // On Windows, a course in a folder such as `workbook [1]` counts as external.
    ...["--exclude=nothing", "--all=false", "--allow-external"],
  ];
  const child = keepTrack(
    spawn(process.execPath, args, { cwd: courseRoot, stdio: "inherit" }),
  );
  const [status] = await once(child, "close");
  return status ?? 1;
}
