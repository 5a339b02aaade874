// npm test: the course proves itself, on the reference answers.
// While one works on a lesson, `npm test 4` proves that lesson alone, and `npm test mistakes` runs
// the test files with that word in their path.
import { setMaxListeners } from "node:events";
import { join, relative } from "node:path";
import { run } from "node:test";
import { findBroker } from "#broker/find-broker";
import { endWithChildren } from "../workbook/checks/processes.ts";
import { courseRoot, findLessons, shortPath } from "../workbook/work/course.ts";
import report from "./reporter.ts";
import { testsUnder } from "./test-files.ts";
import { removeStaleTrials } from "./trial-folder.ts";

const perLesson = ["mistakes", "reference", "starters", "alternatives", "explanations"];

endWithChildren();
removeStaleTrials(courseRoot);

const words = process.argv.slice(2);
const number = words.find((word) => /^\d+$/.test(word));
if (number !== undefined) process.env.WORKBOOK_LESSON = number;
const files = number === undefined ? all() : ofLesson(Number(number));
const chosen = files.filter((file) =>
  words.every((word) => word === number || shortPath(file).includes(word)),
);

// Whoever ends this process ends the tests, too.
const stop = new AbortController();
setMaxListeners(0, stop.signal);
process.once("exit", () => stop.abort());

// One broker for all tests. Where none is running, each of them would start one of its own.
const wantsBroker = number === undefined || number === "6";
const broker = wantsBroker
  ? await findBroker({ say: console.log }).catch(() => undefined)
  : undefined;
if (broker) process.env.AMQP_URL = broker.url;

// Node passes its own options on: with the condition `solution`, tests see the reference answers.
const tests = run({
  files: [...new Set(chosen)].map((file) => relative(process.cwd(), file)),
  concurrency: 2,
  signal: stop.signal,
});
tests.on("test:fail", () => {
  process.exitCode = 1;
});
for await (const text of report(tests)) process.stdout.write(text);
await broker?.stop();
if (words.length > 0) console.log(`\nThis was not all: only ${words.join(" ")}.`);

/** The longest first, so that the others run beside it. */
function all(): string[] {
  return [
    join(import.meta.dirname, "mistakes.test.ts"),
    ...testsUnder(join(courseRoot, "shared")),
    ...findLessons(courseRoot).flatMap(({ given }) => testsUnder(join(given, "further"))),
    ...testsUnder(join(courseRoot, "docs")),
  ];
}

function ofLesson(wanted: number): string[] {
  const lessons = findLessons(courseRoot).filter((lesson) => lesson.number === wanted);
  return [
    ...perLesson.map((name) => join(import.meta.dirname, `${name}.test.ts`)),
    ...lessons.flatMap(({ given, folder }) => [
      ...testsUnder(join(given, "further")),
      ...testsUnder(join(import.meta.dirname, folder)),
    ]),
  ];
}
