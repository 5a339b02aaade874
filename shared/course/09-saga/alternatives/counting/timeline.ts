import type { SagaEvent, TimelineRow } from "#given/09-saga/given/process.ts";

export function timeline(
  events: Iterable<SagaEvent>,
  correlationId: string,
): TimelineRow[] {
  const own: SagaEvent[] = [];
  const rows: TimelineRow[] = [];
  for (const event of events) {
    const { data, name, timestamp } = event;
    if (data.correlationId !== correlationId) continue;
    own.push(event);
    const cause = own.findIndex(({ id }) => id === data.causationId);
    let text = "";
    if (data.kind === "started") text = data.order.item;
    else if (data.kind === "requested") {
      text = data.command;
      if (data.attempt > 1) text += `, attempt ${data.attempt}`;
    } else if (data.reason) text = data.reason;
    const givenUp = own.some(
      (each) =>
        each.data.kind === "unanswered" && each.data.causationId === data.causationId,
    );
    rows.push({
      line: own.length,
      after: timestamp - (own[0]?.timestamp ?? 0),
      name,
      kind: data.kind,
      text,
      because: cause < 0 ? null : cause + 1,
      late: givenUp && (data.kind === "done" || data.kind === "refused"),
    });
  }
  return rows;
}
