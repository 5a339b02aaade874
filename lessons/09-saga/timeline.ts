import type { SagaEvent, TimelineRow } from "#given/09-saga/given/process.ts";
import { todo } from "#todo";

/** A row for each event of one saga, in the order of the journal, where other sagas may be mixed in. */
export function timeline(
  journal: Iterable<SagaEvent>,
  correlationId: string,
): TimelineRow[] {
  return todo(8, "make a row of every event of this saga");
}
