import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Zippable, zipSync } from "fflate";
import kleur from "kleur";
import { isDone, progressOf } from "../checks/progress.ts";
import { say, wrap } from "../screens/terminal.ts";
import { Waiting } from "../screens/waiting.ts";
import { answered, commentsFile, layOutComments } from "../work/comments.ts";
import {
  courseRoot,
  filesUnder,
  findLessons,
  type Lesson,
  shortPath,
} from "../work/course.ts";
import { readHeader } from "../work/readme-header.ts";
import { isUntouched, layOutWork } from "../work/starters.ts";

/** Bytes. A longer log says no more to whoever reads it. */
const longestLog = 1_000_000;

/** What is in the archive, and what is not, in a line for each thing. */
interface Contents {
  there: string[];
  missing: string[];
}

/** `npm run lesson hand-in`: all that was done, in one archive, with a list of it. */
export default async function handIn(): Promise<number> {
  layOutWork();
  layOutComments();
  const contents: Contents = { there: [], missing: [] };
  const files: string[] = [];
  const waiting = new Waiting("Looking at how far you are");
  for (const lesson of findLessons()) {
    waiting.now(`Checking lesson ${lesson.number}`);
    files.push(...(await collect(lesson, contents)));
  }
  waiting.over();
  collectComments(files, contents);
  const list = listOf(contents);
  const archive: Zippable = { "contents.md": new TextEncoder().encode(list) };
  for (const file of files) archive[shortPath(file)] = readFileSync(file);
  const path = join(courseRoot, "work", "hand-in.zip");
  writeFileSync(path, zipSync(archive));
  show(contents, path);
  return 0;
}

/** The files of a lesson that the learner has begun. */
async function collect(lesson: Lesson, { there, missing }: Contents): Promise<string[]> {
  const name = `${lesson.number} ${readHeader(lesson).title}`;
  if (isUntouched(lesson)) {
    missing.push(`${name}: not begun`);
    return [];
  }
  const progress = await progressOf(lesson);
  const steps = `${progress.done.length} of ${progress.steps} steps`;
  there.push(`${name}: ${steps}`);
  if (!isDone(progress)) missing.push(`${name}: the rest of it (${steps})`);
  const files = filesUnder(lesson.work).map((file) => join(lesson.work, file));
  const long = files.filter((file) => isLog(file) && statSync(file).size > longestLog);
  for (const file of files.filter(isLog)) {
    const log = `the event log ${shortPath(file)}`;
    if (long.includes(file)) missing.push(`${log}: it is longer than 1 MB`);
    else there.push(log);
  }
  return files.filter((file) => !long.includes(file));
}

function isLog(file: string): boolean {
  return /\.(log|jsonl)$/.test(file);
}

function collectComments(files: string[], { there, missing }: Contents): void {
  if (!files.some(isLog))
    missing.push("an event log: `npm run lesson 3` writes one while it plays your shop");
  files.push(commentsFile());
  const { answered: count, questions } = answered();
  const what = `comments: ${count} of ${questions} questions`;
  if (count > 0) there.push(what);
  if (count < questions) missing.push(`${what} answered, in work/comments.md`);
}

function listOf({ there, missing }: Contents): string {
  const lines = (texts: string[]) => texts.map((text) => `- ${text}\n`).join("");
  return `# What is handed in\n\n${lines(there) || "Nothing yet.\n"}\n# What is missing\n\n${lines(missing) || "Nothing.\n"}`;
}

function show({ there, missing }: Contents, path: string): void {
  say(kleur.bold("What is handed in"));
  for (const text of there) say(wrap(`${kleur.green("✔")} ${text}`, "  "));
  if (there.length === 0) say("  Nothing yet.");
  say(`\n${kleur.bold("What is missing")}`);
  for (const text of missing) say(wrap(`· ${text}`, "  "));
  if (missing.length === 0) say("  Nothing.");
  say(`\nAll of it is in ${shortPath(path)}`);
}
