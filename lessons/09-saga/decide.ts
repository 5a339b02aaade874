import type {
  Decision,
  Process,
  SagaEvent,
  StepData,
  Way,
} from "#given/09-saga/process.ts";
import { todo } from "#todo";

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
  if (step < 0) todo(2, "nothing is left to take back: end it");
  // Step 4: after the last attempt, stuck, and the reason.
  return todo(1, "ask for the step where the saga stands; beyond the last, end it");
}

function advance(process: Process, cursor: Cursor, event: SagaEvent): Cursor {
  const { data } = event;
  if (!("step" in data)) return cursor;
  const failure = data.kind === "refused" || data.kind === "unanswered";
  if (failure && (data.way === "back" || data.step > process.pivot)) {
    todo(4, "here there is no way back: count a failure of either kind");
  }
  switch (data.kind) {
    case "done":
      if (cursor.way === "back") todo(2, "on the way back, go on to the step before");
      return todo(1, "go on to the next step");
    case "refused":
      return todo(2, "turn back, to the step before the one that was refused");
    case "unanswered":
      return todo(3, "count it and ask again; after the last attempt, turn back");
    case "requested":
      return cursor;
  }
}
