// Proves lessons: node … lesson-proof.test.ts [number]
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { diffLines } from "diff";
import { runChecks } from "../workbook/checks/run-checks.ts";
import {
  checkFiles,
  courseRoot,
  findLessons,
  type Lesson,
  shortPath,
} from "../workbook/work/course.ts";
import { askOf } from "../workbook/work/readme.ts";
import { atOnce, counted, judge, planned, proved, strict, unproved } from "./account.ts";
import {
  alternativesOf,
  readProof,
  referenceOf,
  stageOf,
  starterOf,
  stepsOf,
} from "./candidates.ts";
import { changed } from "./changes.ts";
import { markdownUnder, outOfForm } from "./explanation.ts";
import { complaintsIn, listed } from "./texts.ts";
import { tryOut } from "./trial.ts";
import {
  acceptedBy,
  caught,
  nextIs,
  reasonOf,
  sameTodos,
  skippedFor,
  unsolvedIn,
  wellNamed,
} from "./verdicts.ts";

/** What a hang is allowed to last: it is certain to come. */
const endless = { timeLimit: 5 };
/** Half of what a learner's checks play: a mistake that takes longer to meet is one that a slow machine misses. */
const enoughDays = 100;
/** What right answers play where the strict proof plays all: whoever changes a model plays a thousand. */
const fewDays = 40;
/** How many lines `npm run lesson N diff` shows to whoever followed the hints. */
const linesApart = 40;

const [number] = process.argv.slice(2);
const lessons = findLessons().filter(
  (lesson) => number === undefined || lesson.number === Number(number),
);
if (lessons.length === 0) {
  test("the lesson", () => judge(`no lesson ${number} in ${courseRoot} has a README.md`));
}
for (const lesson of lessons) prove(lesson);

function prove(lesson: Lesson): void {
  const named = (what: string) => `lesson ${lesson.number} · ${what}`;
  test(named("the proof"), (t) => {
    const { steps, mistakes } = readProof(lesson, courseRoot);
    const alternatives = alternativesOf(lesson, courseRoot);
    planned(t, steps.length + mistakes.length + alternatives.length);
    if (mistakes.length === 0) judge("no mistake is planted");
    if (alternatives.length === 0) judge("there is no alternative answer");
  });
  test(named("the explanation"), (t) => theExplanation(t, lesson));
  test(named("the reference answer passes"), (t) => theReference(t, lesson));
  test(named("the way from the starter to the answer"), (t) => theWay(t, lesson));
  test(named("other right answers"), { concurrency: atOnce }, (t) => others(t, lesson));
  test(named("planted mistakes"), { concurrency: atOnce }, (t) => planted(t, lesson));
  if ("typescript" in process.features && process.features.typescript)
    test(named("its checks run on Node alone"), (t) => onNodeAlone(t, lesson));
}

async function theExplanation(t: TestContext, lesson: Lesson): Promise<void> {
  const readme = `lessons/${lesson.folder}/README.md`;
  await t.test("has the form of all", () => judge(listed(readme, outOfForm(lesson))));
  for (const file of markdownUnder(lesson.given)) {
    await t.test(`${shortPath(file)} says what is so`, async () =>
      judge(await complaintsIn(file)),
    );
  }
  await t.test("asks whatever the days made up by chance are judged by", () =>
    judge(unasked(lesson)),
  );
  proved(t, "explanation in form", lesson);
}

/** The rules of a lesson's model that no step asks. */
function unasked(lesson: Lesson): string | undefined {
  const readme = readFileSync(join(lesson.given, "README.md"), "utf8");
  const rules = checkFiles(lesson)
    .map((file) => /export const RULES = \{[^}]*\}/.exec(readFileSync(file, "utf8")))
    .flatMap((found) => [...(found?.[0] ?? "").matchAll(/"((?:[^"\\]|\\.)+)"/g)])
    .map(([, rule = ""]) => rule)
    .filter((rule) => !readme.includes(`\n- ${askOf(rule)}\n`));
  return rules.length > 0 ? `no step asks: ${rules.join("; ")}` : undefined;
}

async function theReference(t: TestContext, lesson: Lesson): Promise<void> {
  const conditions = ["solution"];
  const env = strict ? {} : { WORKBOOK_DAYS: String(fewDays) };
  const run = await runChecks({
    root: courseRoot,
    lesson,
    conditions,
    timeLimit: 60,
    env,
  });
  for (const check of run.checks) {
    if (check.passed && check.skipped === undefined) continue;
    await t.test(check.name, (t) => {
      if (!check.passed) judge(reasonOf(check));
      unproved(t, check.skipped ?? "");
    });
  }
  judge(acceptedBy(run) ?? wellNamed(run));
  const done = run.checks.filter((check) => check.skipped === undefined);
  proved(t, `${counted(done.length, "check")} on the reference`, lesson);
}

async function theWay(t: TestContext, lesson: Lesson): Promise<void> {
  const proof = readProof(lesson, courseRoot);
  const reference = referenceOf(lesson, courseRoot);
  const starter = starterOf(lesson);
  const untouched = await tryOut(courseRoot, lesson, starter);
  await t.test("every check meets a TODO on the untouched starter", () =>
    judge(unsolvedIn(untouched)),
  );
  await t.test(
    "the steps of the proof are those of the checks, with the same TODOs",
    () => judge(sameTodos(proof, reference, starter, untouched)),
  );
  const steps = stepsOf(proof);
  for (const step of steps) {
    await t.test(`step ${step} comes next when those before it are done`, async () => {
      const stage = stageOf(reference, proof, step);
      const run = await tryOut(courseRoot, lesson, stage, { untilFailure: true, step });
      judge(nextIs(step, run, starter));
    });
  }
  proved(t, `${counted(steps.length, "step")} from the starter`, lesson);
}

async function others(t: TestContext, lesson: Lesson): Promise<void> {
  const alternatives = alternativesOf(lesson, courseRoot);
  // The last step's days hold what the days of those before it do.
  const step = Math.max(...stepsOf(readProof(lesson, courseRoot)));
  const options = strict ? {} : { step, days: fewDays };
  const trials = alternatives.map(({ name, files }) =>
    t.test(`${name} is accepted`, async () =>
      judge(acceptedBy(await tryOut(courseRoot, lesson, files, options))),
    ),
  );
  if (existsSync(join(lesson.given, "checks"))) {
    const hinted = alternatives.find(({ name }) => name === "by-the-hints");
    trials.push(
      t.test(`the hints lead to the reference, but for ${linesApart} lines`, () => {
        const reference = Object.entries(referenceOf(lesson, courseRoot));
        const lines = reference
          .flatMap(([file, text]) => diffLines(hinted?.files[file] ?? "", text))
          .filter(({ added, removed }) => added || removed)
          .reduce((total, { count }) => total + count, 0);
        assert.ok(lines <= linesApart, `${lines} lines differ`);
      }),
    );
  }
  await Promise.all(trials);
  proved(t, `${counted(alternatives.length, "alternative")} accepted`, lesson);
}

async function planted(t: TestContext, lesson: Lesson): Promise<void> {
  const { mistakes } = readProof(lesson, courseRoot);
  const reference = referenceOf(lesson, courseRoot);
  let count = 0;
  const trials = mistakes.map((mistake) =>
    t.test(`step ${mistake.step} catches: ${mistake.name}`, async (t) => {
      const run = await tryOut(courseRoot, lesson, changed(reference, mistake), {
        ...(mistake.endless && endless),
        untilFailure: true,
        step: mistake.step,
        days: enoughDays,
        alone: !strict,
      });
      const skipped = skippedFor(mistake, run);
      if (skipped !== undefined && !strict) return t.skip(skipped);
      judge(caught(mistake, run));
      count += 1;
    }),
  );
  await Promise.all(trials);
  proved(t, `${counted(count, "planted mistake")} caught`, lesson);
}

/** From Node 22.18 on the checks need no tsx: Node strips the types. */
function onNodeAlone(t: TestContext, lesson: Lesson): void {
  const args = ["--conditions=solution", "--test", "--test-reporter=tap"];
  const { stdout } = spawnSync(process.execPath, [...args, shortPath(lesson.checks)], {
    cwd: courseRoot,
    encoding: "utf8",
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  const count = (word: string) =>
    Number(new RegExp(`^# ${word} (\\d+)`, "m").exec(stdout)?.[1] ?? 0);
  const passed = count("pass") + count("skipped");
  if (passed === 0 || count("fail") > 0) judge(stdout);
  proved(t, `${counted(passed, "check")} without tsx`, lesson);
}
