import type { SagaEvent, TimelineRow } from "#given/09-saga/given/process.ts";

/** In one pass; what was given up is found by step, way and attempt. */
export function timeline(
  events: Iterable<SagaEvent>,
  correlationId: string,
): TimelineRow[] {
  const rows: TimelineRow[] = [];
  const seen: SagaEvent[] = [];
  for (const event of events) {
    const { data } = event;
    if (data.correlationId !== correlationId) continue;
    const because = seen.findIndex(({ id }) => id === data.causationId) + 1;
    const request = seen[because - 1];
    let text = "";
    if (data.kind === "started") text = data.order.item;
    else if (data.kind === "requested") {
      text = data.command;
      if (data.attempt >= 2) text += `, attempt ${data.attempt}`;
    } else text = data.reason ?? "";
    const late =
      (data.kind === "done" || data.kind === "refused") &&
      seen.some((other) => {
        const given = other.data;
        return (
          given.kind === "unanswered" &&
          request !== undefined &&
          "step" in request.data &&
          given.step === data.step &&
          given.way === data.way &&
          given.attempt === data.attempt &&
          seen.indexOf(other) > seen.indexOf(request)
        );
      });
    seen.push(event);
    rows.push({
      line: seen.length,
      after: event.timestamp - (seen[0]?.timestamp ?? 0),
      name: event.name,
      kind: data.kind,
      text,
      because: because > 0 ? because : null,
      late,
    });
  }
  return rows;
}
