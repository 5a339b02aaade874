/** What `decide` and a saga must do, so slow and simple that it is plainly right. */
import {
  commandOf,
  type Decision,
  type Process,
  type StepData,
} from "#given/09-saga/given/process.ts";
import type { Answer, Day } from "./story.ts";

export type Note = Pick<StepData, "kind" | "step" | "way">;

/** The model of `decide`: three variables and one walk over what was answered. */
export function slowDecide({ steps, pivot }: Process, notes: readonly Note[]): Decision {
  let [step, back, failures] = [0, false, 0];
  for (const note of notes) {
    if (note.kind === "requested" || note.step !== step) continue;
    if ((note.way === "back") !== back) continue;
    const mayTurn = !back && step <= pivot;
    if (note.kind === "done") {
      step += back ? -1 : 1;
      failures = 0;
    } else if (note.kind === "refused" && mayTurn) {
      step -= 1;
      back = true;
      failures = 0;
    } else {
      failures += 1;
      if (mayTurn && failures === steps[step]?.attempts) {
        back = true;
        failures = 0;
      }
    }
  }
  if (step === steps.length) return { type: "end", name: "saga.completed" };
  if (step < 0) return { type: "end", name: "saga.cancelled" };
  const way = back ? "back" : "forward";
  if (failures < (steps[step]?.attempts ?? 0))
    return { type: "ask", step, way, attempt: failures + 1 };
  const reason = commandOf({ steps, pivot }, step, way);
  return { type: "end", name: "saga.stuck", reason };
}

export interface Line extends Note {
  name: string;
  attempt: number;
  at: number;
  /** The line that led to it. */
  cause: number;
  /** `*` where it only has to be there. */
  reason: string;
}

/** What a saga writes, sends and says on a day. */
export interface Played {
  lines: Line[];
  sent: { what: string; at: number; request: number }[];
  alarms: number;
  /** The text leaves open what happens: nothing is compared. */
  open: boolean;
}

class Crash extends Error {}

/** The model of the orchestrator: no promises, only a list of what is still on its way. */
export function slowSaga(
  day: Day,
  process: Process,
  answerTo: (step: number, way: string, times: number) => Answer,
): Played {
  const played: Played = { lines: [], sent: [], alarms: 0, open: false };
  const { lines, sent } = played;
  const crashes = [...day.crashes];
  const asked: string[] = [];
  let onTheWay: Line[] = [];
  let now = 0;
  let appends = 0;

  const write = (line: Line): void => {
    const crash = crashes[0]?.append === ++appends ? crashes.shift() : undefined;
    if (!crash || crash.stored) lines.push(line);
    if (!crash) return;
    [onTheWay, appends] = [[], 0];
    throw new Crash();
  };
  const pass = (ms: number, pausedFor?: Note): void => {
    const until = now + ms;
    for (;;) {
      const [next] = onTheWay.sort((one, other) => one.at - other.at);
      if (!next || next.at > until) break;
      onTheWay.shift();
      now = next.at;
      if (pausedFor?.step === next.step && pausedFor.way === next.way) played.open = true;
      write(next);
    }
    if (until !== Infinity) now = until;
  };
  const own = (name: string, kind: string, cause: number, reason = "") =>
    ({
      name,
      kind,
      cause,
      reason,
      at: now,
      attempt: 0,
      step: -1,
      way: "forward",
    }) as Line;

  const live = (): void => {
    if (lines.length === 0) write(own("saga.started", "started", 0));
    while (!lines.some(({ name }) => /^saga\.[^s]|stuck/.test(name))) {
      const decision = slowDecide(
        process,
        lines.filter(({ step }) => step >= 0),
      );
      if (decision.type === "end") {
        if (decision.name === "saga.stuck" && day.watchesAlarm) played.alarms += 1;
        write(own(decision.name, "ended", lines.length, decision.reason));
        continue;
      }
      const { step, way, attempt } = decision;
      const { pause = 0, timeLimit = 0 } = process.steps[step] ?? {};
      if (attempt > 1) pass(pause * 2 ** (attempt - 2), { step, way, kind: "requested" });
      const about = (line: Line): Line => ({ ...line, step, way, attempt });
      write(about(own("step.requested", "requested", lines.length)));
      const request = lines.length;
      const what = `${way} ${step}`;
      asked.push(what);
      sent.push({ what, at: now, request });
      const times = asked.filter((one) => one === what).length;
      const { says, after } = answerTo(step, way, times);
      const isReply = says === "yes" || says === "no";
      const isLate = says === "nothing" || after > timeLimit;
      const reason = says === "breaks" && !isLate ? says : "*";
      const reply = (at: number) =>
        about({
          ...own(`${what} ${says}`, says === "yes" ? "done" : "refused", request),
          at,
          reason: `says ${says}`,
        });
      const sentAt = now;
      pass(isLate ? timeLimit : after);
      if (isReply && !isLate) write(reply(now));
      else write(about(own("step.unanswered", "unanswered", request, reason)));
      if (isReply && isLate) onTheWay.push(reply(sentAt + after));
    }
    pass(Infinity);
  };
  for (let over = false; !over; ) {
    try {
      live();
      over = true;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  // Where there is no way back, a late no may count beside the silence that it follows, or not.
  played.open ||= lines.some(
    ({ kind, step, way, cause }, at) =>
      kind === "refused" &&
      (way === "back" || step > process.pivot) &&
      lines.slice(0, at).some((one) => one.kind === "unanswered" && one.cause === cause),
  );
  return played;
}
