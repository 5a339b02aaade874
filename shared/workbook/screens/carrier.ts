import kleur from "kleur";
import type { Lesson } from "../work/course.ts";
import { usedPieces } from "../work/pieces.ts";
import { say, wrap } from "./terminal.ts";

/** Says whose pieces of earlier lessons carry this one: the learner's, or the reference's. */
export function sayCarrier(lesson: Lesson, own: Lesson[]): void {
  const used = usedPieces(lesson);
  const mine = own.map(({ number }) => number).filter((number) => used.includes(number));
  const given = used.filter((number) => !mine.includes(number));
  if (mine.length > 0)
    say(kleur.green(wrap(`It runs on your own code of ${lessonsText(mine)}.`)));
  if (given.length === 0) return;
  const whose = `the reference answer of ${lessonsText(given)} until yours is done`;
  say(kleur.dim(wrap(`It runs on ${whose}.`)));
}

function lessonsText(numbers: number[]): string {
  return numbers.length === 1 ? `lesson ${numbers[0]}` : `lessons ${numbers.join(", ")}`;
}
