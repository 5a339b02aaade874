import {
  commandOf,
  type Decision,
  type Process,
  type SagaEvent,
  type StepData,
} from "#given/09-saga/given/process.ts";

/** One loop over the answers, with three variables for where the saga stands. */
export function decide(process: Process, journal: readonly SagaEvent[]): Decision {
  let step = 0;
  let back = false;
  let failed = 0;
  const answers = journal
    .map(({ data }) => data)
    .filter((data): data is StepData => data.kind !== "started" && data.kind !== "ended");
  for (const { kind, step: of, way } of answers) {
    if (kind === "requested" || of !== step || (way === "back") !== back) continue;
    if (kind === "done") {
      step += back ? -1 : 1;
      failed = 0;
      continue;
    }
    failed += 1;
    if (back || step > process.pivot) continue;
    const limit = process.steps[step]?.attempts ?? 1;
    if (kind === "refused") {
      back = true;
      step -= 1;
      failed = 0;
    } else if (failed === limit) {
      back = true;
      failed = 0;
    }
  }
  const current = process.steps[step];
  if (!current) return { type: "end", name: back ? "saga.cancelled" : "saga.completed" };
  const way = back ? "back" : "forward";
  if (failed >= current.attempts) {
    const command = commandOf(process, step, way);
    return {
      type: "end",
      name: "saga.stuck",
      reason: `gave up on ${command} after ${failed} attempts`,
    };
  }
  return { type: "ask", step, way, attempt: failed + 1 };
}
