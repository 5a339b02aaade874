import { test } from "node:test";
import { runChecks } from "../workbook/checks/run-checks.ts";
import { courseRoot } from "../workbook/work/course.ts";
import { counted, eachLesson, judge, proved } from "./account.ts";
import { readProof, referenceOf, stageOf, starterOf, stepsOf } from "./candidates.ts";
import { tryOut } from "./trial.ts";
import { removeStaleTrials } from "./trial-folder.ts";
import { nextIs, sameTodos, unsolvedIn } from "./verdicts.ts";

removeStaleTrials(courseRoot);

eachLesson(courseRoot, (lesson) => {
  test(`lesson ${lesson.number} · the way from the starter to the answer`, async (t) => {
    const conditions = ["starter"];
    const starter = await runChecks({
      root: courseRoot,
      lesson,
      conditions,
      timeLimit: 60,
    });
    const proof = readProof(lesson, courseRoot);
    const steps = stepsOf(proof);
    const reference = referenceOf(lesson, courseRoot);

    await t.test("every check meets a TODO on the untouched starter", () =>
      judge(unsolvedIn(starter)),
    );
    await t.test(
      "the steps of the proof are those of the checks, with the same TODOs",
      () => judge(sameTodos(proof, reference, starterOf(lesson), starter)),
    );
    let count = 0;
    for (const step of steps) {
      await t.test(`step ${step} comes next when those before it are done`, async () => {
        const stage = stageOf(reference, proof, step);
        const run = await tryOut(courseRoot, lesson, stage, { untilFailure: true });
        judge(nextIs(step, run, starterOf(lesson)));
        count += 1;
      });
    }
    proved(t, `${counted(count, "step")} from the starter`, lesson);
  });
});
