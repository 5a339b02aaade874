import { join } from "node:path";
import kleur from "kleur";
import { type Lesson, shortPath } from "./course.ts";
import { say, wrap } from "../screens/terminal.ts";

/**
 * What happened to one of the learner's copies:
 * - `laid-out`: it is new
 * - `restored`: it was deleted, and the starter took its place
 * - `refreshed`: nobody had touched it, and it follows the starter that changed
 * - `edited`: somebody edited the starter instead of the copy
 * - `moved-on`: the course changed the starter, and the copy is already the learner's own
 * - `renamed`: its lesson got another name
 */
export interface Notice {
  kind: "laid-out" | "restored" | "refreshed" | "edited" | "moved-on" | "renamed";
  lesson: Lesson;
  /** Of a renamed lesson: its former folder. */
  file: string;
  /** Of a change to the course: how it was described. */
  why?: string;
}

/** Says what happened to the copies of one lesson, where the learner has to know it. */
export function sayNotices(notices: Notice[], lesson: Lesson): void {
  const own = notices.filter((notice) => notice.lesson.folder === lesson.folder);
  const moved = own.filter(({ kind }) => kind === "moved-on");
  const texts = own.filter((notice) => !moved.includes(notice)).map(noticeText);
  if (moved.length > 0) texts.push(movedText(lesson, moved));
  for (const text of texts)
    if (text) say(`${kleur.yellow(wrap(text, "  "))}\n`);
}

/** One sentence, however many starters changed. */
function movedText(lesson: Lesson, moved: Notice[]): string {
  const starters = moved.map(({ file }) => shortPath(join(lesson.given, file)));
  const reason = moved[0]?.why ? ` (“${moved[0].why}”)` : "";
  return `The course changed ${starters.join(" and ")}${reason} since your copy was made: yours stays as it is, and its steps are counted by the checks as they are now; to begin again from the new starter (yours is kept): npm run lesson ${lesson.number} reset`;
}

function noticeText({ kind, lesson, file }: Notice): string {
  const starter = shortPath(join(lesson.given, file));
  const copy = shortPath(join(lesson.work, file));
  if (kind === "restored")
    return `${copy} was not there any more. The starter took its place.`;
  if (kind === "refreshed")
    return `The course changed ${starter}. Your copy had nothing of yours in it and follows.`;
  if (kind === "renamed")
    return `This lesson was ${file} before. Your work came along to work/${lesson.folder}.`;
  if (kind === "edited") {
    return `${starter} was edited, but only ${copy} counts. See what changed with "git diff ${starter}", make the change in ${copy}, then put the given file back with "git checkout ${starter}".`;
  }
  return "";
}
