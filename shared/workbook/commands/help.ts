import kleur from "kleur";
import { findLessons } from "../course.ts";
import { partsOf } from "../select.ts";
import { say } from "../terminal.ts";
import { courseWords, lessonWords } from "../words.ts";

/** `npm run lesson help` */
export default function help(): number {
  say("npm run lesson takes a lesson (4, 04 or event-queue) and a word.\n");
  row("", "how far you are, and what comes next");
  row("4", "play it, then show the next open step");
  for (const [word, purpose] of Object.entries(lessonWords)) row(`4 ${word}`, purpose);
  for (const lesson of findLessons()) {
    for (const part of partsOf(lesson))
      row(`${lesson.number} ${part}`, "this part alone, as a process");
  }
  for (const [word, purpose] of Object.entries(courseWords)) row(word, purpose);
  say("\nYour code lives in work/. Nothing else needs to be edited.");
  return 0;
}

function row(words: string, purpose: string): void {
  say(`  ${kleur.cyan(`npm run lesson ${words}`.trimEnd().padEnd(31))} ${purpose}`);
}
