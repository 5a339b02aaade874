import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join, parse, resolve } from "node:path";
import { unzipSync } from "fflate";
import { table } from "../../bench/measure.ts";
import { copyCourse, copyIfThere } from "../checks/course-copy.ts";
import { stepsDone } from "../checks/progress.ts";
import { runChecks } from "../checks/run-checks.ts";
import { typeErrors } from "../checks/type-errors.ts";
import { failureStatus, say, wrap } from "../screens/terminal.ts";
import { sayTitle } from "../screens/title.ts";
import { Waiting } from "../screens/waiting.ts";
import { answered, commentsFile } from "../work/comments.ts";
import { courseRoot, type Lesson, lessonIn } from "../work/course.ts";
import { readHeader } from "../work/readme-header.ts";

/** MB that the checks of one learner may take. */
const memory = 512;

/**
 * `npm run lesson 4 test handed-in`: checks what a class has handed in, each in a copy and in processes
 * of its own, and prints a table.
 *
 * @param folder holds for each learner an archive that `hand-in` made, or a folder with a `work/` in it
 */
export async function testClass(lesson: Lesson, folder: string): Promise<number> {
  const entries = handedIn(resolve(folder));
  if (entries.length === 0) {
    say(
      wrap(
        `There is nothing to check in "${folder}": it should hold, for each learner, a hand-in.zip under another name or a folder with a work/ in it.`,
      ),
    );
    return failureStatus();
  }
  sayTitle(lesson);
  const waiting = new Waiting(`Checking ${entries.length} answers`);
  const rows: string[][] = [];
  const left = entries.entries();
  const checkLeft = async () => {
    const copy = copyCourse(courseRoot);
    const own = lessonIn(copy, lesson.folder);
    for (const [at, entry] of left) {
      waiting.now(`Checking ${basename(entry)}`);
      rows[at] = await check(own, copy, entry);
    }
  };
  const copies = Math.min(availableParallelism(), entries.length);
  await Promise.all(Array.from({ length: copies }, checkLeft));
  waiting.over();
  say(table(["", "steps", "seconds", "type errors", "comments"], rows));
  return 0;
}

/** What a class has handed in: nothing, if none of it can be checked. */
function handedIn(folder: string): string[] {
  if (!isFolder(folder)) return [];
  const entries = readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .map((name) => join(folder, name))
    .sort();
  return entries.some((path) => isArchive(path) || hasWork(path)) ? entries : [];
}

const isArchive = (path: string) => /\.zip$/i.test(path) && !isFolder(path);
const isFolder = (path: string) =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
const hasWork = (path: string) => existsSync(join(path, "work"));

async function check(lesson: Lesson, copy: string, entry: string): Promise<string[]> {
  const name = isArchive(entry) ? parse(entry).name : basename(entry);
  rmSync(lesson.work, { recursive: true, force: true, maxRetries: 3 });
  rmSync(commentsFile(copy), { force: true });
  if (!isArchive(entry) && !isFolder(entry)) return [name, "not a .zip", "", "", ""];
  try {
    if (!takeOver(entry, copy, lesson)) return [name, "no work/ in it", "", "", ""];
  } catch {
    return [name, "cannot be unpacked", "", "", ""];
  }
  const { answered: comments, questions } = answered(copy);
  const said = existsSync(commentsFile(copy)) ? `${comments} of ${questions}` : "none";
  if (!lesson.files.some((file) => existsSync(join(lesson.work, file))))
    return [name, "not handed in", "", "", said];
  const began = Date.now();
  const env = { NODE_OPTIONS: `--max-old-space-size=${memory}` };
  const run = await runChecks({ root: copy, lesson, env });
  const seconds = (Date.now() - began) / 1000;
  const problems = await typeErrors(lesson, copy);
  const { steps } = readHeader(lesson);
  return [
    name,
    `${stepsDone(run).length} of ${steps}`,
    seconds.toFixed(1),
    String(problems.length),
    said,
  ];
}

/**
 * Only what belongs to the lesson, and the comments: nothing else of what is in an archive.
 *
 * @returns whether there is a `work/` at all
 */
function takeOver(entry: string, copy: string, lesson: Lesson): boolean {
  const wanted = [
    "work/comments.md",
    ...lesson.files.map((file) => `work/${lesson.folder}/${file}`),
  ];
  if (!isArchive(entry)) {
    for (const file of wanted) copyIfThere(join(entry, file), join(copy, file));
    return hasWork(entry);
  }
  let isThere = false;
  const files = unzipSync(readFileSync(entry), {
    filter({ name, originalSize }) {
      isThere ||= name.startsWith("work/");
      return wanted.includes(name) && originalSize < 1_000_000;
    },
  });
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), content);
  }
  return isThere;
}
