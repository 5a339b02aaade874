import kleur from "kleur";
import { sayCommand, stepsLine } from "./card.ts";
import { findLessons, type Lesson } from "./course.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Progress } from "./progress.ts";
import { readExplanation } from "./readme.ts";
import { readHeader } from "./readme-header.ts";
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
