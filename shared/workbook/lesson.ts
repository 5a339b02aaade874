// npm run lesson [lesson] [word] [more words]

import { endWithChildren } from "./checks/processes.ts";
import {
  asksForHelp,
  beforeComment,
  courseWords,
  lessonWords,
  takesOneMore,
} from "./words.ts";
import { findLessons } from "./work/course.ts";
import { tellRefusals } from "./work/refusal.ts";

endWithChildren();
tellRefusals();
process.exitCode = await main(beforeComment(process.argv.slice(2)));

async function main([selector = "", word = "", ...more]: string[]): Promise<number> {
  if (selector === "") return run("overview");
  if (asksForHelp(selector)) return run("help");
  if (Object.hasOwn(courseWords, selector))
    return word === "" ? run(selector) : refuse(tooMany(selector, word, ...more));
  const { selectLesson, noSuchLesson, noSuchWord, partsOf } = await import("./select.ts");
  const lessons = findLessons();
  const lesson = selectLesson(lessons, selector);
  if (lesson === undefined) return refuse(noSuchLesson(lessons, selector));
  if (word === "") return run("play", lesson);
  if (Object.hasOwn(lessonWords, word)) {
    const taken = takesOneMore.has(word) ? more.slice(0, 1) : [];
    const rest = more.slice(taken.length);
    if (rest.length === 0) return run(word, lesson, ...taken);
    return refuse(tooMany([lesson.number, word, ...taken].join(" "), ...rest));
  }
  if (partsOf(lesson).includes(word)) return run("part", lesson, [word, ...more]);
  return refuse(noSuchWord(lessons, lesson, word));
}

function tooMany(command: string, ...more: string[]): string {
  return `npm run lesson ${command} takes no more words; got "${more.join(" ")}".`;
}

/** Every file in `commands/` exports a function that does its work and returns the exit status. */
async function run(command: string, ...given: unknown[]): Promise<number> {
  return (await import(`./commands/${command}.ts`)).default(...given);
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}
