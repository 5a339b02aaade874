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
    for (const file of lesson.files) {
      const key = `${lesson.folder}/${file}`;
      const known = hashes[key];
      const notice = layOutFile(root, lesson, file, hashes);
      if (notice) notices.push(notice);
      if (notice?.kind === "moved-on" && known && told?.folder !== lesson.folder)
        hashes[key] = known;
    }
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
  if (isEdited(root, join(lesson.given, file))) return { kind: "edited", lesson, file };
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

/** Whether a file of the course differs from what was cloned. One that is new was not cloned. */
function isEdited(root: string, path: string): boolean {
  return !/^(\?\?|A|$)/.test(git(root, "status", "--porcelain", "--", path));
}

function lastChange(root: string, path: string): string {
  return git(root, "log", "-1", "--format=%s", "--", path);
}

function git(root: string, ...args: string[]): string {
  if (!existsSync(join(root, ".git"))) return "";
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() : "";
}
