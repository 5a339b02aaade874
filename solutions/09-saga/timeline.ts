import type { TimelineRow } from "#given/09-saga/draw-timeline.ts";
import type { SagaEvent } from "#given/09-saga/process.ts";

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
  const own = [...events].filter(({ data }) => data.correlationId === correlationId);
  const lines = new Map(own.map(({ id }, index) => [id, index + 1]));
  const beginning = own[0]?.timestamp ?? 0;
  const unanswered = new Set<string | null>();
  return own.map(({ id, name, data, timestamp }) => {
    const row = {
      line: lines.get(id) ?? 0,
      after: timestamp - beginning,
      name,
      kind: data.kind,
      text: textOf(data),
      because: lines.get(data.causationId ?? "") ?? null,
      // An answer to a request that had been given up already.
      late: unanswered.has(data.causationId) && isAnswer(data),
    };
    if (data.kind === "unanswered") unanswered.add(data.causationId);
    return row;
  });
}

function isAnswer({ kind }: SagaEvent["data"]): boolean {
  return kind === "done" || kind === "refused";
}

function textOf(data: SagaEvent["data"]): string {
  if (data.kind === "started") return data.order.item;
  if (data.kind !== "requested") return data.reason ?? "";
  return data.attempt === 1 ? data.command : `${data.command}, attempt ${data.attempt}`;
}
