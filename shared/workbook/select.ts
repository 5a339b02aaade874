import { existsSync, readdirSync } from "node:fs";
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
  const numbers = lessons.map(({ number }) => number);
  if (/^-?\d+$/.test(selector)) {
    const nearest = nearestNumber(numbers, Number(selector));
    return `There is no lesson ${selector}. Did you mean: npm run lesson ${nearest}`;
  }
  if (Object.hasOwn(lessonWords, selector)) {
    return `Which lesson? For example: npm run lesson ${numbers[0]} ${selector}`;
  }
  const named = lessons.find(({ slug }) => slug.split("-").includes(selector));
  if (named) {
    return `There is no lesson "${selector}". Did you mean: npm run lesson ${named.number}`;
  }
  const names = [...lessons.map(({ slug }) => slug), ...Object.keys(courseWords)];
  const name = closest(selector, names);
  const word = closest(selector, harmless);
  const nearest =
    distance(selector, word) < distance(selector, name) ? `${numbers[0]} ${word}` : name;
  return `There is no lesson "${selector}". Did you mean: npm run lesson ${nearest}`;
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

function nearestNumber(numbers: number[], wanted: number): number {
  const [first = 1, ...others] = numbers;
  return others.reduce(
    (best, number) =>
      Math.abs(number - wanted) < Math.abs(best - wanted) ? number : best,
    first,
  );
}
