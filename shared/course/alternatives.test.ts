import { test } from "node:test";
import { courseRoot } from "../workbook/work/course.ts";
import { counted, eachLesson, judge, proved } from "./account.ts";
import { alternativesOf } from "./candidates.ts";
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
    if (alternatives.length === 0) judge("there is no alternative answer");
    proved(t, `${counted(count, "alternative")} accepted`, lesson);
  });
});
