// The days of step 8: a journal of two sagas, made up line by line, with a clock that somebody puts back.
import fc from "fast-check";
import type { AnyDay, Observation } from "#any-day";
import { createEvent } from "#bus/contract";
import type {
  SagaData,
  SagaEvent,
  StepData,
  TimelineRow,
  Way,
} from "#given/09-saga/given/process.ts";
import { timeline } from "#lesson/09-saga/timeline.ts";
import { IDS } from "./day.ts";
import { orderNamed } from "./desk.ts";
import { LONG, short } from "./story.ts";

/** What the step asks, as the titles of its checks. */
export const RULES = {
  line: "a timeline has a row for each event of its saga, in the order of the journal",
  after: "time counts from the saga's own beginning",
  because: "a row names the line that led to it, or null if the saga has none",
  text: "the text is the item, the command with its attempt, or the reason",
  late: "late is an answer, done or refused, to a request that was unanswered before",
} as const;

const KINDS = ["requested", "done", "refused", "unanswered", "ended"] as const;

const day = fc.record({
  sagas: fc.constantFrom(...IDS),
  lines: fc.array(
    fc.record({
      saga: fc.constantFrom(0, 0, 0, 1),
      kind: fc.constantFrom(...KINDS),
      // How far above stands what led to it, perhaps in another saga.
      cause: fc.nat(4),
      attempt: fc.constantFrom(1, 1, 2, 3),
      way: fc.constantFrom<Way[]>("forward", "back"),
      reason: fc.constantFrom(undefined, "out of stock", LONG),
      at: fc.nat(9_000),
    }),
    { maxLength: 20, size: "max" },
  ),
  // The journal of a saga may grow long.
  times: fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 16),
});

type Day = typeof day extends fc.Arbitrary<infer Made> ? Made : never;

function journalOf({ sagas, lines, times }: Day): SagaEvent[] {
  const journal: SagaEvent[] = [];
  const all: typeof lines = Array(times).fill(lines).flat();
  for (const { saga, kind, cause, attempt, way, reason, at } of all) {
    const correlationId = sagas[saga] ?? sagas[0] ?? "";
    const add = (...what: [string, SagaData]) => journal.push(createEvent(...what, at));
    const own = journal.filter(({ data }) => data.correlationId === correlationId);
    // Whoever asks again after a crash hears no more of the request before.
    const requests = own.filter(
      ({ data }) => data.kind === "requested" && data.way === way,
    );
    const request = requests.findLast(
      ({ data }) => (data as StepData).attempt === attempt,
    );
    const ids = { correlationId, causationId: journal.at(-1 - cause)?.id ?? null };
    if (own.length === 0)
      add("saga.started", { ...ids, kind: "started", order: orderNamed(correlationId) });
    else if (kind === "ended") add("saga.stuck", { ...ids, kind, reason });
    else if (kind !== "requested" && request) {
      const about = { ...(request.data as StepData), causationId: request.id };
      const name = kind === "unanswered" ? "step.unanswered" : "saga.cancelled";
      add(name, { ...about, kind, reason });
    } else {
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
    const above = own.slice(0, index).map((one) => one.data);
    const same = above.filter((one) => one.causationId === causationId);
    const isLate = same.some((one) => one.kind === "unanswered");
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
  const fields = ["line", "name", "kind", "after", "because", "text", "late"] as const;
  return day.sagas.flatMap((saga) =>
    rowsOf(saga).flatMap((row, at) =>
      fields.map((field) => ({
        rule: RULES[field === "name" || field === "kind" ? "line" : field],
        what: `row ${at + 1} of ${saga}, ${field}`,
        value: short(JSON.stringify(row[field]) ?? "undefined"),
      })),
    ),
  );
}

function storyOf(day: Day): string[] {
  const journal = journalOf({ ...day, times: 1 });
  const told = journal.map(({ name, data, timestamp }) => {
    const cause = journal.findIndex(({ id }) => id === data.causationId);
    const led = cause < 0 ? "" : `, because of line ${cause + 1}`;
    return `${data.correlationId}: ${[name, short(textOf(data))].join(" ")}${led}, at ${timestamp} ms`;
  });
  if (day.times > 1) told.push(`all of this ${day.times} times`);
  return told;
}

export const timelineDays: AnyDay<Day> = {
  day,
  story: storyOf,
  rule: (_day, seen) => seen ?? RULES.line,
  play: (day) =>
    look(day, (saga) => {
      const journal = journalOf(day);
      const rest = journal.splice(journal.length / 2);
      timeline(journal, saga);
      journal.push(...rest);
      // Any iterable of events will do, also one that can be read only once.
      return timeline(rest.length % 2 ? journal : journal.values(), saga);
    }),
  model: (day) => look(day, (saga) => rowsOf(journalOf(day), saga)),
};
