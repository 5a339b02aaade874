// npm run lesson [lesson] [word] [more words]

import { endWithChildren } from "./checks/processes.ts";
import { courseWords, lessonWords } from "./words.ts";
import { findLessons, type Lesson } from "./work/course.ts";
import { tellRefusals } from "./work/refusal.ts";

/** What every file in `commands/` exports: does its work and returns the exit status. */
type Command = (lesson: Lesson, words: string[]) => number | Promise<number>;

endWithChildren();
tellRefusals();
process.exitCode = await main(process.argv.slice(2));

async function main([selector = "", word = "", ...more]: string[]): Promise<number> {
  if (selector === "") return (await import("./commands/overview.ts")).default();
  const name = selector.replace(/^--?/, "");
  if (Object.hasOwn(courseWords, name) || name === "h") return courseCommand(name);
  const lessons = findLessons();
  const { selectLesson, noSuchLesson } = await import("./select.ts");
  const lesson = selectLesson(lessons, selector);
  if (lesson === undefined) return refuse(noSuchLesson(lessons, selector));
  return lessonCommand(lessons, lesson, word, more);
}

async function courseCommand(name: string): Promise<number> {
  if (!Object.hasOwn(courseWords, name))
    return (await import("./commands/help.ts")).default();
  return (await import(`./commands/${name}.ts`)).default();
}

async function lessonCommand(
  lessons: Lesson[],
  lesson: Lesson,
  word: string,
  more: string[],
): Promise<number> {
  if (word === "") return (await import("./commands/play.ts")).default(lesson);
  if (Object.hasOwn(lessonWords, word)) {
    const command: { default: Command } = await import(`./commands/${word}.ts`);
    return command.default(lesson, more);
  }
  const { noSuchWord, partsOf } = await import("./select.ts");
  if (!partsOf(lesson).includes(word)) return refuse(noSuchWord(lessons, lesson, word));
  return (await import("./commands/part.ts")).default(lesson, [word, ...more]);
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}
