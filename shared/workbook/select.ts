import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { courseWords, lessonWords } from "./words.ts";
import type { Lesson } from "./work/course.ts";

/** The lesson that `4`, `04`, `event-queue` or `04-event-queue` means. */
export function selectLesson(lessons: Lesson[], selector: string): Lesson | undefined {
  const wanted = selector.toLowerCase();
  if (/^\d+$/.test(wanted))
    return lessons.find(({ number }) => number === Number(wanted));
  return lessons.find(({ slug, folder }) => slug === wanted || folder === wanted);
}

/** What may be proposed to somebody who meant something else. */
const harmless = Object.keys(lessonWords).filter((word) => word !== "reset");

/** One sentence about a lesson that is not there, with the nearest right command. */
export function noSuchLesson(lessons: Lesson[], selector: string): string {
  if (Object.hasOwn(lessonWords, selector))
    return `Which lesson? For example: npm run lesson ${lessons[0]?.number} ${selector}`;
  const isNumber = /^-?\d+$/.test(selector);
  const shown = isNumber ? selector : `"${selector}"`;
  const nearest = isNumber
    ? nearestNumber(lessons, Number(selector))
    : nearestWords(lessons, selector);
  return `There is no lesson ${shown}. Did you mean: npm run lesson ${nearest}`;
}

function nearestNumber(lessons: Lesson[], wanted: number): number | undefined {
  const distanceTo = ({ number }: Lesson) => Math.abs(number - wanted);
  return [...lessons].sort((one, other) => distanceTo(one) - distanceTo(other))[0]
    ?.number;
}

function nearestWords(lessons: Lesson[], selector: string): string | number {
  const named = lessons.find(({ slug }) => slug.split("-").includes(selector));
  if (named) return named.number;
  const names = [...lessons.map(({ slug }) => slug), ...Object.keys(courseWords)];
  const name = closest(selector, names);
  const word = closest(selector, harmless);
  const isWord = distance(selector, word) < distance(selector, name);
  return isWord ? `${lessons[0]?.number} ${word}` : name;
}

/** One sentence about a word that is not there, with the nearest right command. */
export function noSuchWord(lessons: Lesson[], lesson: Lesson, word: string): string {
  const words = [...Object.keys(lessonWords), ...partsOf(lesson)];
  if (Object.hasOwn(courseWords, word)) {
    return `There is no command "${word}" of a lesson. Did you mean: npm run lesson ${word}`;
  }
  const owner = lessons.find((other) => partsOf(other).includes(word));
  if (owner) {
    return `"${word}" is a part of another lesson: npm run lesson ${owner.number} ${word}`;
  }
  const nearest =
    selectLesson(lessons, word)?.number ?? `${lesson.number} ${closest(word, words)}`;
  return `There is no command "${word}". Did you mean: npm run lesson ${nearest}`;
}

/** The parts of a lesson that run as processes of their own: `lessons/NN-slug/parts/<word>.ts`. */
export function partsOf(lesson: Lesson): string[] {
  const folder = join(lesson.given, "parts");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -".ts".length));
}

/** What a part is for, as the comment of one sentence says that its file begins with. */
export function purposeOf(lesson: Lesson, part: string): string {
  const text = readFileSync(join(lesson.given, "parts", `${part}.ts`), "utf8");
  const purpose = /^\/\*\* (.+)\. \*\//.exec(text)?.[1] ?? "this part alone";
  return purpose.charAt(0).toLowerCase() + purpose.slice(1);
}
