import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";

/** A lesson and where its parts live. All paths are absolute, except `files`. */
export interface Lesson {
  number: number;
  /** `event-bus` */
  slug: string;
  /** `01-event-bus` */
  folder: string;
  /** What the learner is given: explanation, starters, demonstration, checks. */
  given: string;
  answers: string;
  /** The learner's own copies. */
  work: string;
  /** The entry: the checks themselves, or the imports of those in `checks/`. */
  checks: string;
  /** The learner's files, as paths inside the folder, with forward slashes. */
  files: string[];
}

/** The course is three folders above, except in the tests of the workbook itself. */
export const courseRoot: string = resolve(
  process.env.WORKBOOK_ROOT ?? join(import.meta.dirname, "..", "..", ".."),
);

/** Every `lessons/NN-slug` that has an explanation, by number. */
export function findLessons(root: string = courseRoot): Lesson[] {
  const folder = join(root, "lessons");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+-[a-z0-9-]+$/.test(name))
    .filter((name) => existsSync(join(folder, name, "README.md")))
    .map((name) => lessonIn(root, name))
    .sort((a, b) => a.number - b.number);
}

/** What is read, run or played, but not written by a learner. */
const noStarters = /^(checks|given|further|parts)\//;

/** A file with something to do; known by that, so that a course may come without its answers. */
function isStarter(given: string, file: string): boolean {
  if (noStarters.test(file) || !file.endsWith(".ts")) return false;
  return /\btodo\(\s*\d/.test(readText(join(given, file)));
}

/** The lesson of one folder name, such as `01-event-bus`. */
export function lessonIn(root: string, folder: string): Lesson {
  const dash = folder.indexOf("-");
  const given = join(root, "lessons", folder);
  const answers = join(root, "solutions", folder);
  return {
    number: Number(folder.slice(0, dash)),
    slug: folder.slice(dash + 1),
    folder,
    given,
    answers,
    work: join(root, "work", folder),
    checks: checksIn(given),
    files: filesUnder(given).filter((file) => isStarter(given, file)),
  };
}

/** The one `*.test.ts` beside the explanation. */
function checksIn(given: string): string {
  const name = existsSync(given)
    ? readdirSync(given).find((file) => file.endsWith(".test.ts"))
    : undefined;
  return join(given, name ?? "checks.test.ts");
}

/** Every file that the checks of a lesson are made of: the entry, then those in `checks/`. */
export function checkFiles({ checks, given }: Lesson): string[] {
  const folder = join(given, "checks");
  return [checks, ...filesUnder(folder).map((file) => join(folder, file))].filter(
    existsSync,
  );
}

/** All files under a folder, as sorted relative paths with forward slashes. */
export function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !/(^|[\\/])node_modules[\\/]/.test(name))
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.split(sep).join("/"))
    .sort();
}

/** A path as the learner types it: from the root of the course, with forward slashes. */
export function shortPath(path: string, root: string = courseRoot): string {
  return relative(root, path).split(sep).join("/");
}

/** The text of a file; its lines end as on Linux, whatever Git or an editor on Windows made of them. */
export function readText(path: string): string {
  return readFileSync(path, "utf8").replaceAll("\r\n", "\n");
}

/** The same, or nothing where there is no such file. */
export function readIfThere(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    // Not asked beforehand: another process may remove a file between question and reading.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Its lines; none where there is no such file. */
export function linesOf(path: string): string[] {
  return readIfThere(path)?.split("\n") ?? [];
}
