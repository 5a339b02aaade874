// The days of step 8: a journal of two sagas, made up line by line, with a clock that somebody puts back.
import fc from "fast-check";
import type { AnyDay, Observation } from "#any-day";
import { createEvent } from "#bus/contract";
import type {
  SagaData,
  SagaEvent,
  StepData,
  TimelineRow,
} from "#given/09-saga/given/process.ts";
import { timeline } from "#lesson/09-saga/timeline.ts";
import { IDS } from "./day.ts";
import { orderNamed } from "./desk.ts";

/** What the step asks, as the titles of its checks. */
export const RULES = {
  rows: "a timeline has a row for each event of its saga, in the order of the journal",
  after: "time counts from the saga's own beginning",
  because: "a row names the line that led to it, or null if the saga has none",
  text: "the text is the item, the command with its attempt, or the reason",
  isLate: "late is an answer, done or refused, to a request that was unanswered before",
} as const;

const KINDS = ["requested", "done", "refused", "unanswered", "ended"] as const;
const WAYS = ["forward", "back"] as const;

const day = fc.record({
  sagas: fc.constantFrom(...IDS),
  lines: fc.array(
    fc.record({
      saga: fc.constantFrom(0, 0, 0, 1),
      kind: fc.constantFrom(...KINDS),
      // How far above stands what led to it, perhaps in another saga.
      cause: fc.nat(4),
      attempt: fc.constantFrom(1, 1, 2, 3),
      way: fc.constantFrom(...WAYS),
      reason: fc.constantFrom(undefined, "out of stock"),
      at: fc.nat(9_000),
    }),
    { maxLength: 20, size: "max" },
  ),
});

type Day = typeof day extends fc.Arbitrary<infer Made> ? Made : never;

function journalOf({ sagas, lines }: Day): SagaEvent[] {
  const journal: SagaEvent[] = [];
  for (const { saga, kind, cause, attempt, way, reason, at } of lines) {
    const correlationId = sagas[saga] ?? sagas[0] ?? "";
    const add = (name: string, data: SagaData) =>
      journal.push(createEvent(name, data, at));
    const own = journal.filter(({ data }) => data.correlationId === correlationId);
    // Whoever asks again after a crash hears no more of the request before.
    const request = own.findLast(
      ({ data }) =>
        data.kind === "requested" && data.way === way && data.attempt === attempt,
    );
    const ids = { correlationId, causationId: journal.at(-1 - cause)?.id ?? null };
    if (own.length === 0)
      add("saga.started", { ...ids, kind: "started", order: orderNamed(correlationId) });
    else if (kind === "ended") add("saga.stuck", { ...ids, kind, reason });
    else if (kind !== "requested" && request)
      add(kind === "unanswered" ? "step.unanswered" : `order.${kind}`, {
        ...(request.data as StepData),
        ...{ causationId: request.id, kind, reason },
      });
    else {
      const about = { step: 0, way, attempt, command: "reserve the money" };
      add("step.requested", { ...ids, ...about, kind: "requested" });
    }
  }
  return journal;
}

function rowsOf(journal: SagaEvent[], saga: string): TimelineRow[] {
  const own = journal.filter(({ data }) => data.correlationId === saga);
  return own.map(({ name, data, timestamp }, index) => {
    const { kind, causationId } = data;
    const silence = own.findIndex(
      (one) => one.data.kind === "unanswered" && one.data.causationId === causationId,
    );
    const isLate = silence >= 0 && silence < index;
    return {
      line: index + 1,
      after: timestamp - (own[0]?.timestamp ?? 0),
      ...{ name, kind },
      text: textOf(data),
      because: own.findIndex(({ id }) => id === causationId) + 1 || null,
      late: isLate && (kind === "done" || kind === "refused"),
    };
  });
}

function textOf(data: SagaData): string {
  if (data.kind === "started") return data.order.item;
  if (data.kind !== "requested") return data.reason ?? "";
  return `${data.command}${data.attempt > 1 ? `, attempt ${data.attempt}` : ""}`;
}

function look(day: Day, rowsOf: (saga: string) => TimelineRow[]): Observation[] {
  return day.sagas.flatMap((saga) =>
    rowsOf(saga).flatMap(({ line, name, kind, text, because, late, after }, at) => {
      const see = (rule: keyof typeof RULES, what: string, value: unknown) => ({
        rule: RULES[rule],
        what: `row ${at + 1} of ${saga}, ${what}`,
        value,
      });
      return [
        see("rows", "is", `${line} ${name}: ${kind}`),
        see("after", "is of ms", after),
        see("because", "was led to by line", because),
        see("text", "says", `${JSON.stringify(text)}`),
        see("isLate", "is late", late),
      ];
    }),
  );
}

function storyOf(day: Day): string[] {
  const journal = journalOf(day);
  return journal.map(({ name, data, timestamp }) => {
    const cause = journal.findIndex(({ id }) => id === data.causationId);
    const led = cause < 0 ? "" : `, because of line ${cause + 1}`;
    return `${data.correlationId}: ${[name, textOf(data)].join(" ")}${led}, at ${timestamp} ms`;
  });
}

export const timelineDays: AnyDay<Day> = {
  day,
  story: storyOf,
  rule: (_day, seen) => seen ?? RULES.rows,
  play: (day) =>
    look(day, (saga) => {
      // Any iterable of events will do, at any time: this one is not an array.
      const journal = new Set(journalOf(day));
      timeline(journal, saga);
      return timeline(journal, saga);
    }),
  model: (day) => look(day, (saga) => rowsOf(journalOf(day), saga)),
};
