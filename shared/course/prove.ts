// npm test: the course proves itself, on the reference answers.
import { setMaxListeners } from "node:events";
import { join, relative } from "node:path";
import { run } from "node:test";
import { courseRoot, findLessons } from "../workbook/course.ts";
import { endWithChildren } from "../workbook/processes.ts";
import report from "./reporter.ts";
import { testsUnder } from "./test-files.ts";
import { removeStaleTrials } from "./trial.ts";

endWithChildren();
delete process.env.WORKBOOK_ROOT;
removeStaleTrials(courseRoot);

const files = [
  // The longest first, so that the others run beside it.
  join(courseRoot, "shared", "course", "mistakes.test.ts"),
  ...testsUnder(join(courseRoot, "shared")),
  ...findLessons(courseRoot).flatMap(({ given }) => testsUnder(join(given, "further"))),
  ...testsUnder(join(courseRoot, "docs")),
];

// Whoever ends this process ends the tests, too.
const stop = new AbortController();
setMaxListeners(0, stop.signal);
process.once("exit", () => stop.abort());

// Node passes its own options on: with the condition `solution`, tests see the reference answers.
const tests = run({
  files: [...new Set(files)].map((file) => relative(process.cwd(), file)),
  concurrency: 2,
  signal: stop.signal,
});
tests.on("test:fail", ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
for await (const text of report(tests)) process.stdout.write(text);
