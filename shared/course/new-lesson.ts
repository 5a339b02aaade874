// npm run new-lesson 10-gift-cards: lays out the skeleton of a lesson, in all its places.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeComment } from "../workbook/words.ts";
import { courseRoot, findLessons } from "../workbook/work/course.ts";
import { tellRefusals } from "../workbook/work/refusal.ts";
import { placeholder, wordsAtLeast, wordsAtMost } from "./explanation.ts";
import { skeletonOf } from "./skeleton.ts";

tellRefusals();
const folder = beforeComment(process.argv.slice(2)).join(" ");
const problem = problemWith(folder);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  layOut(folder);
}

/** What is wrong with the name of a new lesson, in a sentence. */
function problemWith(folder: string): string | undefined {
  const lessons = findLessons();
  const next = String(Math.max(0, ...lessons.map(({ number }) => number)) + 1);
  if (!/^(?!00)\d\d-[a-z0-9]+(-[a-z0-9]+)*$/.test(folder)) {
    return `A lesson is called by two digits and words, such as: npm run new-lesson ${next.padStart(2, "0")}-gift-cards`;
  }
  const taken = lessons.find(({ number }) => number === Number.parseInt(folder, 10));
  return taken
    ? `There is a lesson ${taken.number}, ${taken.folder}; the next free number is ${next}.`
    : undefined;
}

function layOut(folder: string): void {
  const words = folder.replace(/^\d+-/, "").replaceAll("-", " ");
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  for (const [path, text] of skeletonOf(folder, title)) {
    const file = join(courseRoot, path);
    if (existsSync(file)) {
      console.log(`kept     ${path}, which was there`);
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`created  ${path}`);
  }
  const number = Number.parseInt(folder, 10);
  console.log(`\nIt runs: npm run lesson ${number}`);
  console.log(
    `What it still lacks, npm test ${number} says: above all an explanation of`,
  );
  console.log(
    `${wordsAtLeast} to ${wordsAtMost} words, without any "${placeholder.trim()}", two pictures and a figure.`,
  );
  console.log("After a change to what a check is called: npm run sync");
}
