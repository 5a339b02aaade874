import kleur from "kleur";
import type { Progress } from "../checks/progress.ts";
import { findLessons, type Lesson } from "../work/course.ts";
import { readExplanation } from "../work/readme.ts";
import { readHeader } from "../work/readme-header.ts";
import { sayCommand, stepsLine } from "./card.ts";
import { renderMarkdown } from "./markdown.ts";
import { apart, say } from "./terminal.ts";

/**
 * All steps pass: what was built, what production would ask for, what comes next.
 *
 * @param hasPlayed whether the story was just played
 */
export function showFinish(lesson: Lesson, progress: Progress, hasPlayed = false): void {
  const { title } = readHeader(lesson);
  say(apart(kleur.bold(`${lesson.number} · ${title}`), kleur.green("done")));
  say(`${stepsLine(progress)}\n`);
  say(renderMarkdown(readExplanation(lesson).finish, "  "));
  say();
  if (!hasPlayed) sayCommand(lesson, "", "watch it play with your code");
  sayCommand(lesson, "diff", "your code beside the reference answer");
  sayNextLesson(lesson);
}

function sayNextLesson(lesson: Lesson): void {
  const next = findLessons().find(({ number }) => number > lesson.number);
  if (next) {
    sayCommand(next, "", `the next lesson: ${readHeader(next).title}`);
    return;
  }
  say(`  ${kleur.cyan("npm run shop".padEnd(28))} the shop on everything you have built`);
  say(`  ${kleur.cyan("npm run lesson".padEnd(28))} the whole course`);
}
