import {
  commandOf,
  type Decision,
  type Process,
  type SagaEvent,
  type StepData,
  stepOf,
  type Way,
} from "#given/09-saga/process.ts";

/** Where a saga stands: what it asks for next, and how often that has failed already. */
interface Cursor {
  way: Way;
  /** Counted from 0. One beyond the last step when all is done, -1 when all is taken back. */
  step: number;
  failures: number;
}

const beginning: Cursor = { way: "forward", step: 0, failures: 0 };

/**
 * What a saga has to do next, read from nothing but its journal. Asks nobody, changes nothing:
 * the same journal always gives the same decision, before a crash and after it.
 *
 * @param journal the events of one saga, oldest first
 */
export function decide(process: Process, journal: readonly SagaEvent[]): Decision {
  const { way, step, failures } = journal.reduce(
    (cursor, event) => advance(process, cursor, event),
    beginning,
  );
  if (step === process.steps.length) return { type: "end", name: "saga.completed" };
  if (step < 0) return { type: "end", name: "saga.cancelled" };
  if (failures === stepOf(process, step).attempts) {
    const reason = `"${commandOf(process, step, way)}" failed ${failures} times`;
    return { type: "end", name: "saga.stuck", reason };
  }
  return { type: "ask", step, way, attempt: failures + 1 };
}

function advance(process: Process, cursor: Cursor, event: SagaEvent): Cursor {
  const { data } = event;
  // An answer to a question that is no longer open came late, or twice. It changes nothing.
  if (!("step" in data) || data.step !== cursor.step || data.way !== cursor.way)
    return cursor;
  switch (data.kind) {
    case "done":
      return { ...cursor, step: nextStep(data), failures: 0 };
    case "refused":
      // Whoever refuses has done nothing: what there is to take back begins one step before.
      return canTurnBack(process, cursor) ? turnBack(cursor.step - 1) : failed(cursor);
    case "unanswered": {
      const gaveUp = cursor.failures + 1 === stepOf(process, cursor.step).attempts;
      // Nobody answered, but it may have happened all the same: take this step back too.
      return gaveUp && canTurnBack(process, cursor)
        ? turnBack(cursor.step)
        : failed(cursor);
    }
    case "requested":
      return cursor;
  }
}

function nextStep({ step, way }: StepData): number {
  return way === "forward" ? step + 1 : step - 1;
}

function canTurnBack(process: Process, { way, step }: Cursor): boolean {
  return way === "forward" && step <= process.pivot;
}

function turnBack(step: number): Cursor {
  return { way: "back", step, failures: 0 };
}

function failed(cursor: Cursor): Cursor {
  return { ...cursor, failures: cursor.failures + 1 };
}
