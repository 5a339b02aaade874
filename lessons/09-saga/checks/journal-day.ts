// The days of steps 1 to 3: a journal made up by chance, and a decision after each of its lines.
import type { Observation } from "#any-day";
import { createEvent } from "#bus/contract";
import {
  type Ask,
  commandOf,
  type Decision,
  type Process,
  type SagaEvent,
} from "#given/09-saga/given/process.ts";
import { orderNamed } from "./desk.ts";
import { type Note, slowDecide } from "./model.ts";
import { type Day, nameOf, processOf, RULES } from "./story.ts";

type DecideWith = (process: Process, events: SagaEvent[]) => Decision;

/** Plays a journal, answer by answer, and asks for a decision after each. */
export function playJournal(day: Day, decideWith: DecideWith): Observation[] {
  const seen: Observation[] = [];
  const process = processOf(day);
  const ids = { correlationId: "order-1", causationId: null };
  const begun = { ...ids, kind: "started" as const, order: orderNamed("order-1") };
  const events: SagaEvent[] = [createEvent("saga.started", begun, 0)];
  const requests: (Ask & { answer: string })[] = [];
  const add = (about: (typeof requests)[number], kind: Note["kind"]) => {
    const { step, way, attempt } = about;
    const command = commandOf(process, step, way);
    const data = { ...ids, step, way, attempt, command, kind };
    // Somebody puts the clock back all the time.
    events.push(createEvent(`step.${kind}`, data, -events.length));
    if (kind !== "requested") about.answer = kind;
  };
  for (const move of day.moves) {
    const now = slowDecide(process, notesIn(events));
    // A late no about a step that is still open, and has no way back, may count or not: there is none.
    const isOpen = ({ way, step }: Ask) =>
      (way === "back" || step > day.pivot) &&
      (now.type === "end" || (now.step === step && now.way === way));
    const late = requests.find(
      (one) => one.answer === "unanswered" && (move === "late yes" || !isOpen(one)),
    );
    const done = requests.filter(({ answer }) => answer === "done");
    const no = requests.find(
      ({ answer, way, step }) =>
        answer === "refused" && way === "forward" && step <= day.pivot,
    );
    const [again, ahead] = [
      done.at(move.startsWith("the first") ? 0 : -1),
      nextOf(now, process),
    ];
    if (move.startsWith("late")) {
      if (late) add(late, move === "late yes" ? "done" : "refused");
    } else if (move === "the first no again") {
      if (no) add(no, "refused");
    } else if (move.endsWith("again")) {
      if (again) add(again, "done");
    } else if (move === "a yes to the next step") {
      if (ahead) add(ahead, "done");
    } else if (now.type === "ask") {
      const request = { ...now, answer: "" };
      requests.push(request);
      add(request, "requested");
      if (move !== "restart") add(request, move as Note["kind"]);
    }
    const { length } = events;
    const decision = decideWith(process, Object.freeze([...events]) as SagaEvent[]);
    const told = inWords(decision, slowDecide(process, notesIn(events)));
    const what = `what comes after line ${length} (${move})`;
    seen.push({ rule: RULES.order, what, value: told });
  }
  return seen;
}

/** The step behind the one that is asked for now. */
function nextOf(now: Decision, { steps, pivot }: Process) {
  if (now.type === "end") return undefined;
  const step = now.step + (now.way === "forward" ? 1 : -1);
  const isThere =
    now.way === "forward" ? step < steps.length : step >= 0 && step <= pivot;
  return isThere ? { ...now, step, answer: "" } : undefined;
}

export function notesIn(events: SagaEvent[]): Note[] {
  return events.flatMap(({ data }) => ("step" in data ? [data] : []));
}

function inWords(decision: Decision, right: Decision): string {
  if (decision?.type === "end") {
    const { name, reason = "no reason" } = decision;
    const wanted = ("reason" in right && right.reason) || "";
    if (name !== "saga.stuck") return name;
    return wanted && reason.includes(wanted)
      ? `${name}, with "${wanted}" in its reason`
      : `${name}, with the reason: ${reason}`;
  }
  const { step, way, attempt } = decision;
  return `${nameOf(step, way)}, attempt ${attempt}`;
}
