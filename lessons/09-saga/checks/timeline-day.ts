// The days of step 8: the journals of step 7, mixed, with a clock that somebody puts back.
import type { AnyDay, Observation } from "#any-day";
import { createEvent } from "#bus/contract";
import {
  commandOf,
  type SagaData,
  type SagaEvent,
  type TimelineRow,
} from "#given/09-saga/given/process.ts";
import { timeline } from "#lesson/09-saga/timeline.ts";
import { orderNamed } from "./desk.ts";
import { isLate, type Line, slowSaga } from "./model.ts";
import { type Day, processOf, RULES } from "./story.ts";

/** Not every reason has words, and the clock of each third line is behind. */
const reasonOf = ({ reason }: Line) => reason.replace("*", "no answer");
const timeOf = ({ at }: Line, index: number) =>
  5_000 + at - (index % 3 === 2 ? 5_500 : 0);

/** Behind a saga's lines, for each way: a silence, the answer late, the same attempt again. An end without a cause. */
function linesOf(day: Day, saga: string): Line[] {
  const lines = [...slowSaga(day, saga).lines];
  const answers = lines.filter(({ kind }) => /done|refused/.test(kind));
  for (const onItsWay of ["forward", "back"]) {
    const answer = answers.findLast(({ way }) => way === onItsWay);
    const request = lines[(answer?.cause ?? 0) - 1];
    if (!answer || !request) continue;
    const { length } = lines;
    lines.push(
      { ...answer, name: "step.unanswered", kind: "unanswered" },
      { ...answer },
      { ...request, cause: length + 1 },
      { ...answer, cause: length + 3 },
    );
  }
  const last = lines.at(-1);
  if (last)
    lines.push({ ...last, name: "saga.stuck", kind: "ended", step: -1, cause: 0 });
  return lines;
}

/** The lines of all sagas, one of each in turn. */
function journalOf(day: Day): SagaEvent[] {
  const process = processOf(day);
  const journal: SagaEvent[] = [];
  const journals = day.sagas.map((saga) => ({
    saga,
    lines: linesOf(day, saga),
    ids: [] as string[],
  }));

  for (let index = 0; journals.some(({ lines }) => index < lines.length); index++)
    for (const { saga, lines, ids } of journals) {
      const line = lines[index];
      if (!line) continue;
      const { kind, step, way, attempt, cause } = line;
      const reason = reasonOf(line);
      // What led to the first event and to the last one is an event of another saga, if there is one.
      const other = journal.findLast(({ data }) => data.correlationId !== saga);
      const causationId = ids[cause - 1] ?? other?.id ?? null;
      const data = {
        ...{ kind, correlationId: saga, causationId },
        ...(kind === "started" && { order: orderNamed(saga) }),
        ...(step >= 0 && { step, way, attempt, command: commandOf(process, step, way) }),
        ...(reason && { reason }),
      } as SagaData;
      const event = createEvent(line.name, data, timeOf(line, index)) as SagaEvent;
      ids.push(event.id);
      journal.push(event);
    }
  return journal;
}

function rowsOf(day: Day, saga: string): TimelineRow[] {
  const lines = linesOf(day, saga);
  return lines.map((line, index) => {
    const { name, kind, step, way, attempt, cause } = line;
    const again = attempt > 1 ? `, attempt ${attempt}` : "";
    const asked = () => `${commandOf(processOf(day), step, way)}${again}`;
    const words = kind === "requested" ? asked() : reasonOf(line);
    return {
      line: index + 1,
      after: timeOf(line, index) - timeOf(lines[0] as Line, 0),
      ...{ name, kind },
      text: kind === "started" ? orderNamed(saga).item : words,
      because: cause || null,
      late: isLate(lines, index),
    };
  });
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
        see("text", "says", text),
        see("isLate", "is late", late),
      ];
    }),
  );
}

export function timelineDays(common: Omit<AnyDay<Day>, "play" | "model">): AnyDay<Day> {
  return {
    ...common,
    rule: (_day, seen) => seen ?? RULES.rows,
    play: (day) => {
      const journal = journalOf(day);
      // Any iterable of events will do: this one can be walked once.
      return look(day, (saga) => timeline(journal.values(), saga));
    },
    model: (day) => look(day, (saga) => rowsOf(day, saga)),
  };
}
