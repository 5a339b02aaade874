import {
  type Cursor,
  commandOf,
  type Decision,
  type Process,
  type SagaEvent,
  stepOf,
} from "#given/09-saga/given/process.ts";

/** What a saga has to do next, read from nothing but its own journal, oldest event first. */
export function decide(process: Process, journal: readonly SagaEvent[]): Decision {
  let cursor: Cursor = { way: "forward", step: 0, failures: 0 };
  for (const event of journal) cursor = advance(process, cursor, event);
  const { way, step, failures } = cursor;
  if (step === process.steps.length) return { type: "end", name: "saga.completed" };
  if (step < 0) return { type: "end", name: "saga.cancelled" };
  if (failures >= stepOf(process, step).attempts) {
    const reason = `"${commandOf(process, step, way)}" failed ${failures} times`;
    return { type: "end", name: "saga.stuck", reason };
  }
  return { type: "ask", step, way, attempt: failures + 1 };
}

/** Where the saga stands after one more event. */
function advance(process: Process, cursor: Cursor, { data }: SagaEvent): Cursor {
  if (!("step" in data)) return cursor;
  if (data.step !== cursor.step || data.way !== cursor.way) return cursor;
  const failed = { ...cursor, failures: cursor.failures + 1 };
  const canTurnBack = cursor.way === "forward" && cursor.step <= process.pivot;
  switch (data.kind) {
    case "done":
      if (cursor.way === "back") return { ...cursor, step: cursor.step - 1, failures: 0 };
      return { ...cursor, step: cursor.step + 1, failures: 0 };
    case "refused":
      if (!canTurnBack) return failed;
      return { way: "back", step: cursor.step - 1, failures: 0 };
    case "unanswered":
      if (!canTurnBack) return failed;
      if (failed.failures < stepOf(process, cursor.step).attempts) return failed;
      return { way: "back", step: cursor.step, failures: 0 };
    default:
      return cursor;
  }
}
