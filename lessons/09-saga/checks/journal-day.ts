// The days of steps 1 to 3: a journal made up by chance, and a decision after each of its lines.
import type { Observation } from "#any-day";
import { createEvent } from "#bus/contract";
import {
  type Ask,
  commandOf,
  type Decision,
  orderProcess,
  type Process,
  type SagaEvent,
  stepOf,
} from "#given/09-saga/given/process.ts";
import { decide } from "#lesson/09-saga/decide.ts";
import { orderNamed } from "./desk.ts";
import { type Note, slowDecide } from "./model.ts";
import { type Day, nameOf, processOf, RULES, replyOf } from "./story.ts";

/** What was asked for, how it was answered last, and the id of its event. */
type Request = Ask & { answer: string; id: string };
type JournalDay = Pick<Day, "steps" | "pivot" | "names" | "lesson" | "moves">;

/** What a saga of the shop does after each of these answers. */
export function askedAfter(...moves: string[]): unknown[] {
  const day = { ...orderProcess, names: 0, lesson: 3, moves };
  return playJournal(day, decide).map(({ value }) => value);
}

/** Plays a journal, answer by answer, and asks for a decision after each. */
export function playJournal(day: JournalDay, decideWith: typeof decide): Observation[] {
  const seen: Observation[] = [];
  const process = processOf(day);
  const correlationId = "order-1";
  const order = orderNamed(correlationId);
  const begun = { correlationId, causationId: null, kind: "started" as const, order };
  const events: SagaEvent[] = [createEvent("saga.started", begun, 0)];
  const requests: Request[] = [];
  // Open: whether a late no where there is no way back, and a late yes to what is stuck, count.
  const mayCount = new Set<SagaEvent>();
  const stuck: Decision[] = [];
  const add = (about: Request, kind: Note["kind"], causationId = about.id) => {
    const { step, way, attempt } = about;
    const command = commandOf(process, step, way);
    const data = { correlationId, causationId, step, way, attempt, command, kind };
    const said = kind === "done" ? "yes" : kind === "refused" ? "no" : undefined;
    const name = said ? replyOf(said, step, way).name : `step.${kind}`;
    const event = createEvent(name, data, -events.length);
    events.push(event);
    if (kind === "requested") about.id = event.id;
    else about.answer = kind;
    return event;
  };
  const hasNoWayBack = ({ way, step }: Ask) => way === "back" || step > day.pivot;
  for (const [at, move] of day.moves.entries()) {
    const now = slowDecide(process, notesIn(events));
    const late = requests.find(({ answer }) => answer === "unanswered");
    const done = requests.filter(({ answer }) => answer === "done");
    /** Answers that come late, twice, or too early. */
    const odd: Record<string, Request | undefined> = {
      "late yes": late,
      "late no": late,
      "the first yes again": done[0],
      "the newest yes again": done.at(-1),
      "the first no again": requests.find(
        (one) => one.answer === "refused" && !hasNoWayBack(one),
      ),
      "a yes to the next step": nextOf(now, process),
      "a no to the next step": nextOf(now, process),
      "a silence after the newest yes": done.at(-1),
    };
    const about = odd[move];
    if (about) {
      const kind = / silence/.test(move) ? "unanswered" : "done";
      const event = add(about, / no/.test(move) ? "refused" : kind);
      if (move === "late no" && hasNoWayBack(about)) mayCount.add(event);
    } else if (now.type === "ask" && !(move in odd)) {
      const isLong = /last attempt/.test(move);
      const left = stepOf(process, now.step).attempts - now.attempt;
      const times = isLong ? left : Number.parseInt(move, 10) || 1;
      // What a second refusal means, on the way back, is asked by step 3.
      const isAsked = day.lesson > 2 || now.way === "forward" || move !== "refused";
      const answer = isLong ? "unanswered" : isAsked ? move : "done";
      for (let time = 0; time < times; time += 1) {
        const attempt = now.attempt + (isLong ? time : 0);
        const request = { ...now, attempt, answer: "", id: "" };
        requests.push(request);
        add(request, "requested", events.at(-1)?.id);
        if (!/restart/.test(move)) add(request, answer as Note["kind"]);
      }
    }
    const decision = decideWith(process, Object.freeze([...events]));
    const right = slowDecide(process, notesIn(events));
    const counted = events.filter((event) => !mayCount.has(event));
    const isOther = [slowDecide(process, notesIn(counted)), ...stuck].some(
      (other) => `${inWords(decision, other, day)}` === `${inWords(other, other, day)}`,
    );
    const isNo = move === "refused" && now.type === "ask" && hasNoWayBack(now);
    const isAgain = right.type === "ask" && right.attempt > 1;
    const isStuck = right.type === "end" && right.name === "saga.stuck";
    if (isStuck) stuck.push(right);
    const rule = isNo ? "noWayBack" : isStuck ? "stuck" : isAgain ? "again" : "order";
    const what = `what comes after answer ${at + 1}, "${move}"`;
    const [value, reason] = inWords(isOther ? right : decision, right, day);
    seen.push({ rule: RULES[rule], what, value });
    if (reason)
      seen.push({ rule: RULES.stuck, what: `the reason of ${what}`, value: reason });
  }
  return seen;
}

/** The step behind the one that is asked for now. */
function nextOf(now: Decision, { steps }: Process) {
  if (now.type === "end") return undefined;
  const step = now.step + (now.way === "forward" ? 1 : -1);
  return steps[step] && { ...now, step, answer: "", id: "" };
}

export function notesIn(events: readonly SagaEvent[]): Note[] {
  return events.flatMap(({ data }) => ("step" in data ? [data] : []));
}

/** A decision, and its reason if the saga is stuck. */
function inWords(decision: Decision, right: Decision, day: JournalDay): string[] {
  if (decision?.type === "end") {
    const { name, reason } = decision;
    if (name !== "saga.stuck") return [name];
    const wanted = ("reason" in right && right.reason) || "";
    const isFine = wanted && reason?.includes(wanted);
    return [name, isFine ? `a reason with "${wanted}"` : `${JSON.stringify(reason)}`];
  }
  const { step, way, attempt } = decision;
  const command = way === "back" ? "compensation" : "action";
  if (!processOf(day).steps[step]?.[command])
    return [`step ${step}, ${way}, which does not exist`];
  return [`${nameOf(day, step, way)}, attempt ${attempt}`];
}
