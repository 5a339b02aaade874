import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type Lesson, lessonIn } from "./course.ts";
import type { Notice } from "./notice.ts";
import {
  progressRecord,
  readRecord,
  startersRecord,
  writeRecord,
} from "./work-folder.ts";

/** A lesson that got another number or another name takes the learner's work along. */
export function followRenames(root: string, lessons: Lesson[]): Notice[] {
  const missing = lessons.filter((lesson) => !existsSync(lesson.work));
  const notices: Notice[] = [];
  for (const lesson of missing) {
    const old = formerFolder(root, lesson, lessons);
    if (old === undefined) continue;
    renameSync(join(root, "work", old), lesson.work);
    renameKeys(root, startersRecord, old, lesson.folder);
    renameKeys(root, progressRecord, old, lesson.folder);
    notices.push({ kind: "renamed", lesson, file: old });
  }
  return notices;
}

/** A folder of work that no lesson claims: with the same name first, else with the same number. */
function formerFolder(
  root: string,
  lesson: Lesson,
  lessons: Lesson[],
): string | undefined {
  const work = join(root, "work");
  if (!existsSync(work)) return undefined;
  const unclaimed = readdirSync(work)
    .filter((name) => /^\d+-[a-z0-9-]+$/.test(name))
    .filter((name) => lessons.every(({ folder }) => folder !== name))
    .map((name) => lessonIn(root, name));
  const same =
    unclaimed.find(({ slug }) => slug === lesson.slug) ??
    unclaimed.find(({ number }) => number === lesson.number);
  return same?.folder;
}

function renameKeys(root: string, name: string, from: string, to: string): void {
  const record = readRecord<unknown>(root, name);
  const renamed = Object.entries(record).map(([key, value]) => {
    const isOld = key === from || key.startsWith(`${from}/`);
    return [isOld ? to + key.slice(from.length) : key, value];
  });
  if (renamed.length > 0) writeRecord(root, name, Object.fromEntries(renamed));
}
