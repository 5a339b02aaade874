import {
  type Cursor,
  commandOf,
  type Decision,
  type Process,
  type SagaEvent,
  stepOf,
} from "#given/09-saga/given/process.ts";
import { todo } from "#todo";

/** What a saga has to do next, read from nothing but its own journal, oldest event first. */
export function decide(process: Process, journal: readonly SagaEvent[]): Decision {
  let cursor: Cursor = { way: "forward", step: 0, failures: 0 };
  for (const event of journal) cursor = advance(process, cursor, event);
  // Step 2: the end, when nothing is left to take back.
  // Step 3: the end, when the last attempt has failed.
  return todo(
    1,
    "ask for the step where the cursor stands; beyond the last, end the saga",
  );
}

/** Where the saga stands after one more event. */
function advance(process: Process, cursor: Cursor, { data }: SagaEvent): Cursor {
  // Step 1: what is not about the cursor's own step and way changes nothing.
  if (!("step" in data)) return cursor;
  switch (data.kind) {
    case "done":
      // Step 2: on the way back, go on to the step before.
      return todo(1, "go on to the next step");
    case "refused":
      // Step 3: where there is no way back, count it.
      return todo(2, "turn back, to the step before the one that was refused");
    case "unanswered":
      return todo(
        3,
        "count it; after the last attempt, turn back if there is a way back",
      );
    default:
      return cursor;
  }
}
