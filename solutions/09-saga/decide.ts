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
  const { way, step } = cursor;
  // An answer to a question that is no longer open came late, or twice. It changes nothing.
  if (data.step !== step || data.way !== way) return cursor;
  const failed: Cursor = { way, step, failures: cursor.failures + 1 };
  const canTurnBack = way === "forward" && step <= process.pivot;
  switch (data.kind) {
    case "done":
      return { way, step: way === "forward" ? step + 1 : step - 1, failures: 0 };
    case "refused":
      // Whoever refuses has done nothing: what there is to take back begins one step before.
      return canTurnBack ? { way: "back", step: step - 1, failures: 0 } : failed;
    case "unanswered":
      if (!canTurnBack || failed.failures < stepOf(process, step).attempts) return failed;
      // Nobody answered, but it may have happened all the same: take this step back too.
      return { way: "back", step, failures: 0 };
    default:
      return cursor;
  }
}
