/** What `decide` and a saga must do, so slow and simple that it is plainly right. */
import {
  type Command,
  commandOf,
  type Decision,
  type Ids,
  type Order,
  type Process,
  type StepData,
  stepOf,
} from "#given/09-saga/given/process.ts";
import { orderNamed } from "./desk.ts";
import { type Day, processOf, type Rule, replyOf, THROWN } from "./story.ts";

export type Note = Pick<StepData, "kind" | "step" | "way">;

/** The model of `decide`: three variables and one walk over what was answered. */
export function slowDecide({ steps, pivot }: Process, notes: readonly Note[]): Decision {
  let [step, back, failures] = [0, false, 0];
  for (const note of notes) {
    if (note.kind === "requested" || note.step !== step) continue;
    if ((note.way === "back") !== back) continue;
    const mayTurn = !back && step <= pivot;
    failures += 1;
    if (note.kind === "done") step += back ? -1 : 1;
    else if (note.kind === "refused" && mayTurn) [step, back] = [step - 1, true];
    else if (mayTurn && failures === steps[step]?.attempts) back = true;
    else continue;
    failures = 0;
  }
  if (step === steps.length) return { type: "end", name: "saga.completed" };
  if (step < 0) return { type: "end", name: "saga.cancelled" };
  const way = back ? "back" : "forward";
  if (failures < (steps[step]?.attempts ?? 0))
    return { type: "ask", step, way, attempt: failures + 1 };
  const reason = commandOf({ steps, pivot }, step, way);
  return { type: "end", name: "saga.stuck", reason };
}

export interface Line {
  name: string;
  kind: StepData["kind"] | "started" | "ended";
  /** -1 where it is about no step. */
  step: number;
  way: StepData["way"];
  attempt: number;
  at: number;
  /** The line that led to it. */
  cause: number;
  /** `*` where it only has to be there; empty where nothing is asked. */
  reason: string;
}

/** What a saga writes, sends and says on a day. */
export interface Played {
  lines: Line[];
  sent: { what: string; at: number; request: number; key: string; says: string }[];
  /** How the calls of each round settle: a round ends when all of them have, and goes on if one rejects. */
  rounds: { rule: Rule; calls: string }[];
  alarms: string[];
  /** The text leaves open what happens: nothing is compared. */
  open: boolean;
}

/** Who is asked for what, which way, and for which order. */
export function toldBy(command: Omit<Command, "key" | keyof Ids>): string {
  const { participant, name, way, order } = command;
  const { id, item, cents } = Object(order) as Partial<Order>;
  return [`${way}: "${name}" by ${participant}`, id, item, cents].join(", ");
}

/** The calls reject, for the rule that is its message, or the process dies. */
class Break extends Error {}

/** How the participants answer a saga: each further one 20 ms later, so that no two go hand in hand. */
export function answerOn({ answers, takes, sagas }: Day, saga: string) {
  const place = sagas.indexOf(saga);
  return (step: number, way: string, time: number) => {
    const at = answers.findIndex(
      (one) =>
        one.saga <= place &&
        one.step === step &&
        one.way === way &&
        (one.time === 0 || one.time === time),
    );
    const { says, after } = answers[at] ?? { says: "yes", after: takes };
    // No two late answers come at the same moment.
    return { says, after: after + 20 * place + (after < 1_000 ? 0 : 2 ** -(at + 1)) };
  };
}

/** The model of the orchestrator: no promises, only a list of what is still on its way. */
export function slowSaga(day: Day, saga: string): Played {
  const process = processOf(day);
  const answerTo = answerOn(day, saga);
  const lines: Line[] = [];
  const played: Played = { lines, sent: [], rounds: [], alarms: [], open: false };
  const crashes = [...day.crashes];
  let order = orderNamed(saga);
  let onTheWay: Line[] = [];
  let [now, appends, lifeAppends] = [day.apart * day.sagas.indexOf(saga), 0, 0];

  const write = (line: Line, isLate = false): void => {
    const isRefused = (isLate || day.lesson !== 6) && day.refusals.includes(++appends);
    if (isRefused && isLate) return;
    if (isRefused) throw new Break(day.lesson < 7 ? "stored" : "full");
    const crash = crashes[0]?.append === ++lifeAppends ? crashes.shift() : undefined;
    if (!crash || crash.stored) lines.push(line);
    if (!crash) return;
    [onTheWay, lifeAppends] = [[], 0];
    throw new Break();
  };
  /** Lets time pass, in which late answers come in. */
  const pass = (ms: number, pausedFor?: { step: number; way: string }): void => {
    const until = now + ms;
    for (;;) {
      const [next] = onTheWay.sort((one, other) => one.at - other.at);
      if (!next || next.at > until) break;
      onTheWay.shift();
      now = next.at;
      if (pausedFor?.step === next.step && pausedFor.way === next.way) played.open = true;
      write(next, true);
    }
    if (until !== Infinity) now = until;
  };
  const line = (name: string, kind: Line["kind"], cause: number, reason = ""): Line => ({
    ...{ name, kind, cause, reason, at: now },
    ...{ step: -1, way: "forward", attempt: 0 },
  });

  const ask = (step: number, way: StepData["way"], attempt: number): void => {
    const { participant, pause, timeLimit } = stepOf(process, step);
    if (attempt > 1) pass(pause * 2 ** (attempt - 2), { step, way });
    const about = (line: Line): Line => ({ ...line, step, way, attempt });
    write(about(line("step.requested", "requested", lines.length)));
    const request = lines.length;
    const what = `${way} ${step}`;
    const name = commandOf(process, step, way);
    const command = { participant, name, way, order };
    const key = `${saga} ${what}`;
    played.sent.push({ what, at: now, request, key, says: toldBy(command) });
    const times = played.sent.filter((one) => one.what === what).length;
    const { says, after } = answerTo(step, way, times);
    const isReply = says === "yes" || says === "no";
    const isLate = says === "nothing" || after > timeLimit;
    const { name: called, outcome, reason: words } = replyOf(says, step, way);
    const reply = about(line(called, outcome, request, words));
    reply.at = now + after;
    pass(isLate ? timeLimit : after);
    const reason = isLate ? "*" : (THROWN[says]?.[1] ?? "*");
    if (isReply && !isLate) {
      write(reply);
      return;
    }
    // Whether a late reply to what could not be called unanswered is written, nobody says.
    played.open ||= isReply && day.lesson > 6 && day.refusals.includes(appends + 1);
    write(about(line("step.unanswered", "unanswered", request, reason)));
    if (isReply) onTheWay.push(reply);
  };

  const live = (): string => {
    if (lines.length === 0) {
      order = orderNamed(saga, 2_500 + played.rounds.length);
      write(line("saga.started", "started", 0));
    }
    for (;;) {
      const end = lines.find(({ kind }) => kind === "ended");
      if (end) return end.name;
      const decision = slowDecide(process, lines as Note[]);
      if (decision.type === "ask") {
        // Whether a yes that came during the alarm counts after a crash, nobody says.
        played.open ||= played.alarms.length > 0;
        ask(decision.step, decision.way, decision.attempt);
        continue;
      }
      const { name, reason } = decision;
      const event = line(name, "ended", lines.length, reason);
      if (name === "saga.stuck" && day.lesson >= 7) {
        played.alarms.push(name);
        pass(day.callTakes);
        if (played.alarms.length <= day.deaf) throw new Break("deaf");
      }
      write(event);
    }
  };
  for (;;) {
    const hadBegun = lines.length > 0;
    const hadEnded = lines.some(({ kind }) => kind === "ended");
    const settle = (rule: Rule, end: string) => {
      // A `resume` need not wait for what had not begun when it was called.
      const resumed = hadBegun ? end : "nothing";
      const started = `${end} at ${hadEnded ? 0 : now} ms`;
      const calls = day.calls.map((call) => (call === "start" ? started : resumed));
      played.rounds.push({ rule, calls: calls.join(", ") });
    };
    try {
      settle(day.lesson < 7 ? "written" : "once", live());
      pass(Infinity);
      break;
    } catch (error) {
      if (!(error instanceof Break)) throw error;
      if (error.message) settle(error.message as Rule, "rejects");
    }
    if (day.lesson >= 7) continue;
    // Before step 7, nobody begins again.
    pass(Infinity);
    break;
  }
  // Where there is no way back, a late no may count beside the silence that it follows, or not.
  played.open ||= lines.some(
    ({ kind, way, step, cause }, at) =>
      kind === "refused" &&
      (way === "back" || step > process.pivot) &&
      lines.slice(0, at).some((one) => one.kind === "unanswered" && one.cause === cause),
  );
  return played;
}
