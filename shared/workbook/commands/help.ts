import kleur from "kleur";
import { say } from "../screens/terminal.ts";
import { partsOf, purposeOf } from "../select.ts";
import { courseWords, lessonWords } from "../words.ts";
import { findLessons } from "../work/course.ts";

/** `npm run lesson help` */
export default function help(): number {
  const rows = commandRows();
  const width = Math.max(31, ...rows.map(([command]) => command.length));
  say("npm run lesson takes a lesson (4, 04 or event-queue) and a word.\n");
  for (const [command, purpose] of rows)
    say(`  ${kleur.cyan(command.padEnd(width))} ${purpose}`);
  say("\nYour code lives in work/. Nothing else needs to be edited.");
  return 0;
}

/** Every command and what it does. The site has the same table. */
export function commandRows(): [command: string, purpose: string][] {
  const ofLessons = Object.entries(lessonWords).map(([word, purpose]) => [
    `4 ${word}`,
    purpose,
  ]);
  const parts = findLessons().flatMap((lesson) =>
    partsOf(lesson).map((part) => [`${lesson.number} ${part}`, purposeOf(lesson, part)]),
  );
  return [
    ["", "how far you are, and what comes next"],
    ["4", "play it, then show the next open step"],
    ...ofLessons,
    ...parts,
    ...Object.entries(courseWords),
  ].map(([words, purpose = ""]) => [`npm run lesson ${words}`.trimEnd(), purpose]);
}
