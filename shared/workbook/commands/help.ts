import kleur from "kleur";
import { say } from "../screens/terminal.ts";
import { partsOf } from "../select.ts";
import { courseWords, lessonWords } from "../words.ts";
import { findLessons } from "../work/course.ts";

const command = "npm run lesson";
/** Of the commands; the longest may ask for more. */
let width = 31;

/** `npm run lesson help` */
export default function help(): number {
  const parts = findLessons().flatMap((lesson) =>
    partsOf(lesson).map((part) => `${lesson.number} ${part}`),
  );
  width = Math.max(...parts.map((words) => `${command} ${words}`.length), width);
  say("npm run lesson takes a lesson (4, 04 or event-queue) and a word.\n");
  row("", "how far you are, and what comes next");
  row("4", "play it, then show the next open step");
  for (const [word, purpose] of Object.entries(lessonWords)) row(`4 ${word}`, purpose);
  for (const part of parts) row(part, "this part alone, as a process");
  for (const [word, purpose] of Object.entries(courseWords)) row(word, purpose);
  say("\nYour code lives in work/. Nothing else needs to be edited.");
  return 0;
}

function row(words: string, purpose: string): void {
  say(`  ${kleur.cyan(`${command} ${words}`.trimEnd().padEnd(width))} ${purpose}`);
}
