import kleur from "kleur";
import { isDone, type Progress, progressOf } from "../checks/progress.ts";
import { apart, bar, say } from "../screens/terminal.ts";
import { Waiting } from "../screens/waiting.ts";
import { findLessons, type Lesson } from "../work/course.ts";
import { type Header, readHeader } from "../work/readme-header.ts";
import { layOutWork } from "../work/starters.ts";

interface Row {
  lesson: Lesson;
  header: Header;
  progress: Progress;
}

/** `npm run lesson` */
export default async function overview(): Promise<number> {
  const lessons = findLessons();
  layOutWork();
  const rows = await progressRows(lessons);
  const width = String(lessons.at(-1)?.number).length;
  const levels = new Set(rows.map(({ header }) => header.level));
  for (const level of [...levels].sort((one, other) => one - other)) {
    const own = rows.filter(({ header }) => header.level === level);
    say(kleur.bold(`Level ${level} · ${own[0]?.header.word}`));
    for (const row of own) say(rowText(row, width).trimEnd());
    say();
  }
  sayNext(rows);
  return 0;
}

/** One after the other, as a later lesson may run on the code of an earlier one. */
async function progressRows(lessons: Lesson[]): Promise<Row[]> {
  const waiting = new Waiting("Looking at how far you are");
  const rows: Row[] = [];
  for (const lesson of lessons) {
    waiting.now(`Checking lesson ${lesson.number}`);
    rows.push({ lesson, header: readHeader(lesson), progress: await progressOf(lesson) });
  }
  waiting.over();
  return rows;
}

function rowText({ lesson, header, progress }: Row, width: number): string {
  const number = String(lesson.number).padStart(width);
  const state = isDone(progress)
    ? kleur.green("done")
    : `${progress.done.length} of ${progress.steps} steps`;
  const bars =
    bar(progress.done, progress.steps) + " ".repeat(Math.max(0, 8 - progress.steps));
  return apart(`  ${number}  ${header.title}`, `${bars}  ${state.padEnd(12)}`);
}

function sayNext(rows: Row[]): void {
  const next = rows.find(({ progress }) => !isDone(progress));
  if (next === undefined) say("Everything is done. What would you build with it?");
  else {
    const verb = next.progress.done.length > 0 ? "Go on" : "Begin";
    say(
      `  ${kleur.cyan(`npm run lesson ${next.lesson.number}`.padEnd(24))} ${verb}: ${next.header.title}`,
    );
  }
  say(`  ${kleur.cyan("npm run lesson help".padEnd(24))} all commands`);
  say(`  ${kleur.cyan("npm run lesson doctor".padEnd(24))} what this machine has`);
}
