import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { diffLines } from "diff";
import { courseRoot } from "../workbook/work/course.ts";
import { counted, eachLesson, judge, proved } from "./account.ts";
import { alternativesOf, referenceOf } from "./candidates.ts";
import { tryOut } from "./trial.ts";
import { acceptedBy } from "./verdicts.ts";

eachLesson(courseRoot, (lesson) => {
  test(`lesson ${lesson.number} · other right answers`, async (t) => {
    const alternatives = alternativesOf(lesson, courseRoot);
    let count = 0;
    for (const { name, files } of alternatives) {
      await t.test(`${name} is accepted`, async () => {
        judge(acceptedBy(await tryOut(courseRoot, lesson, files)));
        count += 1;
      });
    }
    // What the hints lead to is nearly the reference, so that comparing with it teaches.
    const hinted = alternatives.find(({ name }) => name === "by-the-hints");
    if (existsSync(join(lesson.given, "checks"))) {
      await t.test("the hints lead to the reference, but for 40 lines", () => {
        const reference = Object.entries(referenceOf(lesson, courseRoot));
        const changes = reference.flatMap(([file, text]) =>
          diffLines(hinted?.files[file] ?? "", text),
        );
        const lines = changes
          .filter(({ added, removed }) => added || removed)
          .reduce((total, { count }) => total + count, 0);
        assert.ok(lines <= 40, `${lines} lines differ`);
      });
    }
    if (alternatives.length === 0) judge("there is no alternative answer");
    proved(t, `${counted(count, "alternative")} accepted`, lesson);
  });
});
