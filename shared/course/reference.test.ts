import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runChecks } from "../workbook/checks/run-checks.ts";
import { courseRoot, findLessons } from "../workbook/work/course.ts";
import { counted, eachLesson, judge, proved, strict, unproved } from "./account.ts";
import { acceptedBy, reasonOf, wellNamed } from "./verdicts.ts";

eachLesson(courseRoot, (lesson) => {
  test(`lesson ${lesson.number} · the reference answer passes`, async (t) => {
    const conditions = ["solution"];
    const run = await runChecks({ root: courseRoot, lesson, conditions, timeLimit: 60 });
    for (const check of run.checks) {
      await t.test(check.name, (t) => {
        if (!check.passed) judge(reasonOf(check));
        if (check.skipped === undefined) return;
        if (strict) judge(`WORKBOOK_STRICT=1 allows nothing unproved. ${check.skipped}`);
        t.skip(check.skipped);
      });
    }
    judge(acceptedBy(run) ?? wellNamed(run));
    const done = run.checks.filter((check) => check.skipped === undefined);
    proved(t, `${counted(done.length, "check")} on the reference`, lesson);
  });
});

for (const folder of process.env.WORKBOOK_LESSON ? [] : withoutExplanation()) {
  test(`${folder} stands`, (t) => {
    unproved(t, `${folder} has no README.md`, "it is a lesson as soon as it has one");
  });
}

function withoutExplanation(): string[] {
  const standing = findLessons(courseRoot).map((lesson) => lesson.folder);
  return readdirSync(join(courseRoot, "lessons"))
    .filter((name) => !standing.includes(name))
    .filter((name) => existsSync(join(courseRoot, "lessons", name)))
    .map((name) => `lessons/${name}`);
}
