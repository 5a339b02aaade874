import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { courseRoot, findLessons, type Lesson, readIfThere, readText } from "./course.ts";
import type { Notice } from "./notice.ts";
import { followRenames } from "./renamed-lessons.ts";
import { readRecord, startersRecord, writeRecord } from "./work-folder.ts";

/**
 * Sees to it that every lesson has its copies in `work/`, and never writes over one that was changed.
 *
 * @param told the lesson whose notices will be said: that the course moved on is kept for it until then
 */
export function layOutWork(told?: Lesson, root: string = courseRoot): Notice[] {
  const lessons = findLessons(root);
  const notices = followRenames(root, lessons);
  const hashes = readRecord<string>(root, startersRecord);
  const before = JSON.stringify(hashes);
  for (const lesson of lessons) {
    const rest = restOf(root, lesson);
    const isSame = hashes[lesson.folder] === rest;
    let isTold = true;
    for (const file of lesson.files) {
      const key = `${lesson.folder}/${file}`;
      const known = hashes[key];
      const notice = layOutFile(root, lesson, file, hashes, isSame);
      if (notice) notices.push(notice);
      if (notice?.kind === "moved-on" && known && told?.folder !== lesson.folder) {
        hashes[key] = known;
        isTold = false;
      }
    }
    if (isTold) hashes[lesson.folder] = rest;
  }
  if (JSON.stringify(hashes) !== before) writeRecord(root, startersRecord, hashes);
  return notices;
}

/** Puts the starter where the learner works, whatever is there. */
export function copyStarter(lesson: Lesson, file: string): void {
  const to = join(lesson.work, file);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(lesson.given, file), to);
}

/** Whether the learner has not changed anything yet. */
export function isUntouched(lesson: Lesson): boolean {
  return lesson.files.every(
    (file) =>
      readIfThere(join(lesson.work, file)) === readIfThere(join(lesson.given, file)),
  );
}

export function hashOf(...texts: string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\0");
  return hash.digest("hex");
}

function layOutFile(
  root: string,
  lesson: Lesson,
  file: string,
  hashes: Record<string, string>,
  isSame: boolean,
): Notice | undefined {
  const key = `${lesson.folder}/${file}`;
  const known = hashes[key];
  const starter = hashOf(readText(join(lesson.given, file)));
  const copy = readIfThere(join(lesson.work, file));
  if (copy === undefined) {
    copyStarter(lesson, file);
    hashes[key] = starter;
    return { kind: known === undefined ? "laid-out" : "restored", lesson, file };
  }
  if (known === starter || known === undefined) {
    hashes[key] = starter;
    return undefined;
  }
  const edited = isEdited(root, join(lesson.given, file), isSame);
  if (edited) return { kind: "edited", lesson, file, ...edited };
  hashes[key] = starter;
  if (hashOf(copy) === starter) return undefined;
  if (hashOf(copy) !== known) {
    return {
      kind: "moved-on",
      lesson,
      file,
      why: lastChange(root, join(lesson.given, file)),
    };
  }
  copyStarter(lesson, file);
  return { kind: "refreshed", lesson, file };
}

/** What changes when the course does: without Git, a starter that changed alone was edited. */
function restOf(root: string, { given }: Lesson): string {
  const files = ["package.json", "docs/chapters/changelog.md"].map((file) =>
    join(root, file),
  );
  return hashOf(
    ...[...files, join(given, "README.md")].map((file) => readIfThere(file) ?? ""),
  );
}

/**
 * Whether a file of the course differs from what was cloned, and whether Git says so. One that is new
 * was not cloned.
 *
 * @param isSame whether the rest of the course is as it was
 */
function isEdited(
  root: string,
  path: string,
  isSame: boolean,
): { inGit: boolean } | undefined {
  const status = git(root, "status", "--porcelain", "--", path);
  if (status === undefined) return isSame ? { inGit: false } : undefined;
  return /^(\?\?|A|$)/.test(status) ? undefined : { inGit: true };
}

function lastChange(root: string, path: string): string {
  return git(root, "log", "-1", "--format=%s", "--", path) ?? "";
}

/** What Git says; undefined where there is none, or no clone. */
function git(root: string, ...args: string[]): string | undefined {
  if (!existsSync(join(root, ".git"))) return undefined;
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
