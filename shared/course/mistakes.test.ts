import { test } from "node:test";
import { courseRoot } from "../workbook/work/course.ts";
import { counted, eachLesson, judge, proved, strict } from "./account.ts";
import { readProof, referenceOf } from "./candidates.ts";
import { type Change, changed } from "./changes.ts";
import { tryOut } from "./trial.ts";
import { caught, skippedFor } from "./verdicts.ts";

/** What a hang is allowed to last: it is certain to come. */
const endless = { timeLimit: 5 };

eachLesson(courseRoot, (lesson) => {
  test(`lesson ${lesson.number} · planted mistakes`, { concurrency: 2 }, async (t) => {
    const { mistakes } = readProof(lesson, courseRoot);
    const reference = referenceOf(lesson, courseRoot);
    let count = 0;

    const plant = (mistake: Change) =>
      t.test(`step ${mistake.step} catches: ${mistake.name}`, async (t) => {
        const candidate = changed(reference, mistake);
        const limit = mistake.endless ? endless : {};
        const options = { ...limit, untilFailure: true, step: mistake.step };
        const run = await tryOut(courseRoot, lesson, candidate, options);
        const skipped = skippedFor(mistake, run);
        if (skipped !== undefined && !strict) return t.skip(skipped);
        judge(caught(mistake, run));
        count += 1;
      });

    await Promise.all(mistakes.map(plant));
    if (mistakes.length === 0) judge("no mistake is planted");
    proved(t, `${counted(count, "planted mistake")} caught`, lesson);
  });
});
