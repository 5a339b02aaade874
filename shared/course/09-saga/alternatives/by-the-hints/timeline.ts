import type { SagaEvent, TimelineRow } from "#given/09-saga/given/process.ts";

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
    let text = "";
    if (data.kind === "started") text = data.order.item;
    else if (data.kind !== "requested") text = data.reason ?? "";
    else if (data.attempt === 1) text = data.command;
    else text = `${data.command}, attempt ${data.attempt}`;
    const isAnswer = data.kind === "done" || data.kind === "refused";
    if (data.kind === "unanswered") unanswered.add(data.causationId);
    return {
      line: index + 1,
      after: timestamp - beginning,
      name,
      kind: data.kind,
      text,
      because: lines.get(data.causationId ?? "") ?? null,
      late: isAnswer && unanswered.has(data.causationId),
    };
  });
}
