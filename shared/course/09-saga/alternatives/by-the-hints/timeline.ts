import type { SagaData, SagaEvent, TimelineRow } from "#given/09-saga/given/process.ts";

/** A row for each event of one saga, in the order of the journal, where other sagas may be mixed in. */
export function timeline(
  journal: Iterable<SagaEvent>,
  correlationId: string,
): TimelineRow[] {
  const own = [...journal].filter(({ data }) => data.correlationId === correlationId);
  const lines = new Map(own.map(({ id }, index) => [id, index + 1]));
  const beginning = own[0]?.timestamp ?? 0;
  const unanswered = new Set<string | null>();
  return own.map(({ name, data, timestamp }, index) => {
    const isAnswer = data.kind === "done" || data.kind === "refused";
    if (data.kind === "unanswered") unanswered.add(data.causationId);
    return {
      line: index + 1,
      after: timestamp - beginning,
      name,
      kind: data.kind,
      text: textOf(data),
      because: lines.get(data.causationId ?? "") ?? null,
      late: isAnswer && unanswered.has(data.causationId),
    };
  });
}

function textOf(data: SagaData): string {
  if (data.kind === "started") return data.order.item;
  if (data.kind !== "requested") return data.reason ?? "";
  return data.attempt === 1 ? data.command : `${data.command}, attempt ${data.attempt}`;
}
