import { join } from "node:path";
import kleur from "kleur";
import { type Lesson, shortPath } from "../work/course.ts";
import type { Notice } from "../work/notice.ts";
import { layOutWork } from "../work/starters.ts";
import { say, wrap } from "./terminal.ts";

/** Before a command looks at the learner's copies: they are there, and what happened to them is said. */
export function prepare(lesson: Lesson): void {
  const notices = layOutWork(lesson);
  const own = notices.filter((notice) => notice.lesson.folder === lesson.folder);
  const moved = own.filter(({ kind }) => kind === "moved-on");
  const texts = own.filter((notice) => !moved.includes(notice)).map(noticeText);
  if (moved.length > 0) texts.push(movedText(lesson, moved));
  for (const text of texts) if (text) say(`${kleur.yellow(wrap(text, "  "))}\n`);
}

/** One sentence, however many starters changed. */
function movedText(lesson: Lesson, moved: Notice[]): string {
  const starters = moved.map(({ file }) => shortPath(join(lesson.given, file)));
  const reason = moved[0]?.why ? ` (“${moved[0].why}”)` : "";
  return `The course changed ${starters.join(" and ")}${reason} since your copy was made: yours stays as it is, and its steps are counted by the checks as they are now; to begin again from the new starter (yours is kept): npm run lesson ${lesson.number} reset`;
}

function noticeText({ kind, lesson, file, inGit }: Notice): string {
  const starter = shortPath(join(lesson.given, file));
  const copy = shortPath(join(lesson.work, file));
  if (kind === "restored")
    return `${copy} was not there any more. The starter took its place.`;
  if (kind === "refreshed")
    return `The course changed ${starter}. Your copy had nothing of yours in it and follows.`;
  if (kind === "renamed")
    return `This lesson was ${file} before. Your work came along to work/${lesson.folder}.`;
  if (kind === "edited") {
    const [see, back] = inGit
      ? [
          `See what changed with "git diff ${starter}", make`,
          `with "git checkout ${starter}"`,
        ]
      : ["Make", "from where you have the course"];
    return `${starter} was edited, but only ${copy} counts. ${see} the change in ${copy}, then put the given file back ${back}.`;
  }
  return "";
}
