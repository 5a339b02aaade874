// npm run coverage: which lines of the reference answers the checks reach, as text and in coverage/.
import { spawn } from "node:child_process";
import { join, relative } from "node:path";
import { endWithChildren, keepTrack } from "../workbook/checks/processes.ts";
import { takesNoWords } from "../workbook/words.ts";
import { behind } from "../workbook/work/answers.ts";
import { courseRoot, findLessons, shortPath } from "../workbook/work/course.ts";
import { tellRefusals } from "../workbook/work/refusal.ts";
import { testsUnder } from "./test-files.ts";

endWithChildren();
tellRefusals();
takesNoWords("coverage", "Your answer to one lesson: npm run lesson 4 coverage");

const lessons = findLessons();
const answers = lessons.flatMap(({ answers, files }) =>
  files.map((file) => behind(join(answers, file), courseRoot)),
);
const tests = [
  ...lessons.flatMap(({ checks, given }) => [
    checks,
    ...testsUnder(join(given, "further")),
  ]),
  ...testsUnder(join(courseRoot, "shared", "bus")),
];

const c8 = join(courseRoot, "node_modules", "c8", "bin", "c8.js");
const report = [
  ...answers.flatMap((file) => ["--include", shortPath(file)]),
  // Counts files that no check loads at all.
  "--all",
  ...["--reporter", "text", "--reporter", "html", "--reports-dir", "coverage"],
  ...["--check-coverage", "--lines", "95", "--branches", "95"],
  ...["--functions", "0", "--statements", "0"],
];
const run = [
  ...[process.execPath, "--conditions=solution", "--import", "tsx"],
  ...["--test", "--test-concurrency=2", "--test-reporter=dot"],
  ...tests.map((file) => relative(courseRoot, file)),
];

const child = spawn(process.execPath, [c8, ...report, ...run], {
  cwd: courseRoot,
  stdio: "inherit",
});
keepTrack(child).once("exit", (status) => {
  console.log(`\nLine by line: ${join(courseRoot, "coverage", "index.html")}`);
  process.exitCode = status ?? 1;
});
