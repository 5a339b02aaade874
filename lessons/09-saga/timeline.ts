import type { TimelineRow } from "#given/09-saga/draw-timeline.ts";
import type { SagaEvent } from "#given/09-saga/process.ts";
import { todo } from "#todo";

/**
 * The story of one saga, a row for each of its events, in the order in which they were written.
 *
 * @param events a journal, in which other sagas may be mixed
 * @param correlationId whose story it is; of a saga that is not there, there are no rows
 */
export function timeline(
  events: Iterable<SagaEvent>,
  correlationId: string,
): TimelineRow[] {
  return todo(8, "make a row of every event of this saga");
}
