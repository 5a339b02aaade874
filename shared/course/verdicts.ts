/** Each verdict is a sentence on what is wrong with a run, or nothing if all is as it should be. */
import type { CheckResult, ChecksRun } from "../workbook/checks/run-checks.ts";
import { type Candidate, type Proof, stageOf, stepsOf, todosIn } from "./candidates.ts";
import type { Change } from "./changes.ts";

type Verdict = string | undefined;

/** A right answer passes every check. */
export function acceptedBy(run: ChecksRun): Verdict {
  const failed = run.checks.find((check) => !check.passed);
  return (
    crashed(run) ??
    (failed && `refused by "${failed.name}": ${reasonOf(failed)}`) ??
    (run.checks.length === 0 ? "no check ran" : undefined)
  );
}

/** Every check is named after its step, and steps come in order, none left out. */
export function wellNamed(run: ChecksRun): Verdict {
  const steps = run.checks.map((check) => check.step);
  for (const [at, { name, step }] of run.checks.entries()) {
    const before = steps[at - 1] ?? 0;
    if (!/^step [1-9]\d* · \S/.test(name)) return `"${name}" is not named "step N · …"`;
    if (step < before) return `"${name}" comes after a check of step ${before}`;
    if (step > before + 1) return `no check of step ${before + 1} before "${name}"`;
  }
  return undefined;
}

/** On the untouched starter, every check meets the TODO of its own step or an earlier one. */
export function unsolvedIn(run: ChecksRun): Verdict {
  const crash = crashed(run);
  if (crash) return crash;
  for (const check of run.checks) {
    if (check.skipped !== undefined) continue;
    if (check.passed) return `"${check.name}" passes on the untouched starter`;
    const { kind, step = Number.NaN } = check.error ?? { kind: "thrown" };
    if (kind !== "todo")
      return `"${check.name}" meets no TODO on the untouched starter, but ${reasonOf(check)}`;
    if (!(step <= check.step))
      return `"${check.name}" meets TODO ${step}, which comes later, on the untouched starter`;
  }
  return undefined;
}

/** With the steps before `step` done, their checks pass and the next to fail meets TODO `step`. */
export function nextIs(step: number, run: ChecksRun): Verdict {
  const crash = crashed(run);
  if (crash) return crash;
  const failed = run.checks.find((check) => !check.passed);
  if (failed === undefined)
    return `every check passes, although step ${step} is not done`;
  if (failed.step < step)
    return `steps 1 to ${step - 1} are done, but "${failed.name}" fails: ${reasonOf(failed)}`;
  if (failed.step > step)
    return `step ${step} is not done, but the first check to fail is "${failed.name}": ${reasonOf(failed)}`;
  if (failed.error?.kind !== "todo" || failed.error.step !== step)
    return `"${failed.name}" does not meet TODO ${step}, but ${reasonOf(failed)}`;
  return undefined;
}

/** A mistake is caught, and by a check of the right step. */
export function caught(mistake: Change, run: ChecksRun): Verdict {
  const failed = run.checks.find((check) => !check.passed);
  if (failed === undefined)
    return crashed(run) ?? `not caught: all ${run.checks.length} checks pass`;
  if (failed.step !== mistake.step)
    return `should be caught by step ${mistake.step}, but the first check to fail is "${failed.name}": ${reasonOf(failed)}`;
  if (failed.error?.kind === "todo")
    return `"${failed.name}" fails only because of a TODO`;
  if (failed.error?.kind === "hang" && !mistake.endless)
    return `"${failed.name}" hangs: mark the mistake as "(endless)"`;
  return undefined;
}

/** Why a mistake could not be caught here: a check that may be the one to do so was skipped. */
export function skippedFor(mistake: Change, run: ChecksRun): string | undefined {
  if (run.checks.some((check) => !check.passed)) return undefined;
  return run.checks.find(
    (check) => check.step === mistake.step && check.skipped !== undefined,
  )?.skipped;
}

/**
 * The proof has the steps that the checks have, and each TODO of its stages stands in the starter: so
 * each stage is what a learner has before the next step.
 */
export function sameTodos(
  proof: Proof,
  reference: Candidate,
  starter: Candidate,
  run: ChecksRun,
): Verdict {
  const steps = stepsOf(proof);
  const checked = [...new Set(run.checks.map((check) => check.step))];
  if (String(steps) !== String(checked))
    return `the checks have steps ${checked.join(", ")}, the proof has ${steps.join(", ")}`;
  const given = new Set(Object.values(starter).flatMap(todosIn));
  const stages = steps.map((step) => stageOf(reference, proof, step));
  const put = new Set(stages.flatMap((stage) => Object.values(stage).flatMap(todosIn)));
  const gone = [...put].filter((todo) => !given.has(todo));
  if (gone.length > 0) return `in the proof, but not in the starter:\n${gone.join("\n")}`;
  return undefined;
}

export function reasonOf({ error }: CheckResult): string {
  if (error === undefined) return "it fails without a reason";
  const { name, message, expected, actual, generated } = error;
  const compared =
    generated === false && expected !== undefined && actual !== undefined
      ? `\n  expected: ${expected}\n  actual:   ${actual}`
      : "";
  const frame = error.frames[0];
  const place = frame ? `\n  at ${frame.file}:${frame.line}` : "";
  return `${name}: ${message}${compared}${place}`;
}

/** A run that did not even begin, or ended the process; one that hangs has its failed check. */
function crashed({ crash }: ChecksRun): Verdict {
  if (crash === undefined || crash.check !== undefined) return undefined;
  const place = crash.file === undefined ? "" : ` (${crash.file}:${crash.line})`;
  return `the checks cannot run, ${crash.kind}: ${crash.message}${place}`;
}
