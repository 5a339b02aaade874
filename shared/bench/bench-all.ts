// npm run bench: the benchmark of every lesson that has one, one after the other. What they measure
// is kept in work/benchmarks.json, of which `npm run docs` makes charts.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endWithChildren } from "../workbook/checks/processes.ts";
import bench from "../workbook/commands/bench.ts";
import { say } from "../workbook/screens/terminal.ts";
import { takesNoWords } from "../workbook/words.ts";
import {
  courseRoot,
  findLessons,
  readIfThere,
  shortPath,
} from "../workbook/work/course.ts";
import { tellRefusals } from "../workbook/work/refusal.ts";
import { benchmarksRecord, writeRecord } from "../workbook/work/work-folder.ts";
import { measuredOn } from "./measured-on.ts";

endWithChildren();
tellRefusals();
takesNoWords("bench", "One lesson alone: npm run lesson 4 bench");
const folder = mkdtempSync(join(tmpdir(), "workbook-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

say("The benchmarks of all lessons, one after the other: about three minutes.\n");

const lessons: Record<string, { head: string[]; rows: string[][] }[]> = {};
for (const lesson of findLessons()) {
  if (!existsSync(join(lesson.given, "bench.ts"))) continue;
  const file = join(folder, lesson.folder);
  process.env.WORKBOOK_TABLES = file;
  const status = await bench(lesson);
  if (status !== 0) process.exitCode = status;
  const lines = (readIfThere(file) ?? "").split("\n").filter((line) => line !== "");
  const tables = lines.map((line): string[][] => JSON.parse(line));
  lessons[lesson.folder] = tables.map(([head = [], ...rows]) => ({ head, rows }));
  say();
}

const { machine, day } = measuredOn();
writeRecord(courseRoot, benchmarksRecord, { machine, day, lessons });
say(`Measured on ${machine}.`);
say(
  `Kept in ${shortPath(join(courseRoot, "work", benchmarksRecord))}; npm run docs draws charts of it.`,
);
