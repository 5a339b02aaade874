/** What can happen on a day, how it is told, and which rule it is about. */
import type { Ids, Process, Reply, Step, Way } from "#given/09-saga/given/process.ts";

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  order:
    "a saga asks for one step after the other, whatever the clock says, and is completed after the last",
  twice: "an answer that comes twice, or about another step, changes nothing",
  open: "what was asked for and has no answer yet is asked for again",
  refused:
    "after a refusal, what was done before is taken back in reverse, and then the saga is cancelled",
  twiceBack: "an answer that comes twice counts once on the way back, too",
  again:
    "a step without an answer is asked for again, as often as it has attempts, and then taken back first, be it the pivot",
  lateAnswer:
    "a late yes or no counts while its step is asked for again, and not after that",
  noWayBack: "beyond the pivot and on the way back, a refusal counts like no answer",
  stuck:
    "where the last attempt fails and there is no way back, the saga is stuck, with the command in the reason",
  written:
    "each request is stored before it is sent, each reply under its own name, and the end before `start` resolves",
  clock: "the time of an event is the clock's at that moment",
  key: "a command has the same key at each attempt, and another key than every other command, also where two steps ask for the same thing",
  ids: "every event has the saga's id as correlation id; a reply has its request's id as causation id, every other event that of the newest event",
  command:
    "a command says who is asked for what, which way, for which order, and because of which request",
  reasons: "the reasons of a reply and of an end stand in their events",
  apart: "many sagas at once keep apart",
  limit: "after the time limit, `step.unanswered` is written, caused by the request",
  stored: "a request or a reply that cannot be stored is not a silence: `start` rejects",
  broken:
    "when `send` rejects, that is no answer, and the reason is what was thrown, an Error or not",
  nonsense: "a reply that is none is no answer",
  pauses: "a second attempt waits for the pause, each further one twice as long",
  timer: "the timer is called off when `send` settles",
  late: "a late reply is written down, with its reason, caused by its own request",
  lateError: "a `send` that rejects late changes nothing",
  lateFull: "a late reply that cannot be stored is let go",
  goesOn: "after a crash, `resume` goes on where the saga was, and begins its pause anew",
  full: "where one saga cannot be stored, `resume` rejects, and the others go on; the next `resume` tries it again",
  once: "the same order started twice, beside a `resume`, or after a restart, is one saga",
  ended: "an order that has ended stays as it is, after a restart, too",
  alarm: "the alarm gets each `saga.stuck`, and no other event, before it is written",
  deaf: "if the alarm fails, nothing is written, and `start` rejects",
} as const;
export type Rule = keyof typeof RULES;

/** The beginning of a string, if it is long. */
export function short(text: string): string {
  return text.length < 100 ? text : `${text.slice(0, 40)}… (${text.length} characters)`;
}

export const LONG = `${" again and again".repeat(6)}\n`.repeat(50);

/** A circular object without a prototype: neither JSON nor a string can be made of it. */
const BARE = Object.create(null);
BARE.itself = BARE;

/** What a `send` may reject with, and the word that its reason must have, or `*` for any. */
export const THROWN: Record<string, [thrown: unknown, word: string]> = {
  breaks: [new Error(`the line\nbreaks${LONG}`), `the line\nbreaks${LONG}`],
  "throws words": ["no route", "no route"],
  "throws undefined": [undefined, "*"],
  "throws an Error without words": [new Error(""), ""],
  "throws a reply": [{ name: "order.placed", outcome: "done" }, "*"],
  "throws a bare object": [BARE, "*"],
  "throws a symbol": [Symbol("lost"), "lost"],
};
/** What a `send` may resolve with in place of a reply. */
export const NONSENSE: Record<string, unknown> = {
  "says undefined": undefined,
  "says a reply without outcome": { name: "order.placed" },
  "says perhaps": { name: "order.placed", outcome: "perhaps" },
};

/** What a participant replies: with a reason at every second step, be it a yes or a no. */
export function replyOf(says: string, step: number, way: Way): Reply {
  const outcome = says === "yes" ? "done" : "refused";
  // A participant may lead a saga of its own, and say how that has ended.
  const words = says === "yes" ? "saga.completed" : "saga.cancelled";
  const name = step % 3 === 2 ? words : `${way} ${step} says ${says.toUpperCase()}`;
  // There may be more in a reply than anybody asks for.
  const reply: Reply & Partial<Ids> = { name, outcome, correlationId: "theirs" };
  const reason = `because:\n${says}${step % 4 === 0 ? LONG : ""}`;
  return step % 2 === 0 ? { ...reply, reason } : reply;
}

type About = { saga: number; step: number; way: Way; time: number };

export type Call = "start" | "resume";

export interface Day {
  steps: readonly Pick<Step, "attempts" | "timeLimit" | "pause">[];
  pivot: number;
  /** Which of the names the first step has. */
  names: number;
  /** The ids of the sagas that are started. */
  sagas: string[];
  /** How long after the one before each of them is started, in ms. */
  apart: number;
  /** For the commands of this saga and those behind it: at which time of asking, 0 for each. */
  answers: (About & { says: string; after: number })[];
  /** After how many ms the rest is answered with a yes. */
  takes: number;
  /** At which append of a life the process dies: just before it is stored, or just after. */
  crashes: { append: number; stored: boolean }[];
  /** Which appends of the day the journal refuses; in step 6, which late answers. */
  refusals: number[];
  /** How many calls of the alarm fail. */
  deaf: number;
  /** How long a call of the alarm takes, in ms; 0 if it is not async. */
  callTakes: number;
  /** How much the clock goes on in 1 ms. */
  clock: number;
  /** How each life of the process begins. */
  calls: Call[];
  /** The step of the lesson that it is for. Time limits come with step 5, restarts and alarms with 7. */
  lesson: number;
  /** Of a day of `decide` alone: what the journal holds. */
  moves: string[];
}

/** Again and again: so long processes have steps of one name, and a step has one name both ways. */
const NAMES = [
  ["place the order", "cancel the order"],
  ["reserve the money", "release the money"],
  ["confirm the order", "withdraw the confirmation"],
  ["deliver the order", "call the parcel back"],
  ["collect the money", "pay back"],
  ["write to the customer", "write to the customer"],
] as const;

function commandAt(place: number, way: Way): string {
  const [action, compensation] = NAMES[place % NAMES.length] ?? NAMES[0];
  return way === "forward" ? action : compensation;
}

type ProcessDay = Pick<Day, "steps" | "pivot" | "names">;

export function processOf({ steps, pivot, names }: ProcessDay): Process {
  return {
    pivot,
    steps: steps.map((step, at) => ({
      ...step,
      participant: `department ${at % 3}`,
      action: commandAt(names + at, "forward"),
      ...(at <= pivot && { compensation: commandAt(names + at, "back") }),
    })),
  };
}

export function nameOf({ names }: ProcessDay, step: number, way: Way): string {
  return `"${commandAt(names + step, way)}" (step ${step}, ${way})`;
}

export function storyOf(day: Day): string[] {
  const { steps, pivot, sagas, answers, takes, crashes, refusals, lesson } = day;
  const values = (of: "attempts" | "timeLimit" | "pause") => {
    const all = steps.map((step) => step[of]);
    return new Set(all).size === 1 ? `${all[0]} for each step` : all.join(", ");
  };
  const when = (is: boolean, line: string) => (is ? [line] : []);
  const head = `a process of ${steps.length === 1 ? "one step" : `${steps.length} steps`}${pivot < steps.length ? ` with the pivot ${pivot}` : ""}, attempts: ${values("attempts")}`;
  const moves = day.moves.map((move, at) => `answer ${at + 1}: ${move}`);
  if (moves.length > 0)
    return [head, "a journal, whose clock is put back, with these answers", ...moves];
  const begins = day.calls.join(" and ");
  return [
    head,
    `time limits: ${values("timeLimit")}; pauses: ${values("pause")}`,
    `"${sagas.join('" and "')}": ${begins}, at once`,
    ...when(day.calls.length > 1, "both again at each command and at each line"),
    ...when(sagas.length > 1, `each further one begins ${day.apart} ms later`),
    ...when(sagas.length > 1, "and is answered 20 ms later"),
    ...answers.map(
      ({ saga, step, way, time, says, after }) =>
        `${sagas.slice(saga).join(" and ")}: ${nameOf(day, step, way)}, ${time === 0 ? "each time" : `time ${time}`}: ${says}${says === "nothing" ? "" : ` after ${after} ms`}`,
    ),
    ...when(takes > 0, `all other answers: yes after ${takes} ms`),
    ...when(day.clock !== 1, `the clock goes on ${day.clock} ms in each ms`),
    ...crashes.map(
      ({ append, stored }) =>
        `the process dies ${stored ? "after" : "before"} its append ${append}; a new one begins with ${begins}`,
    ),
    ...refusals.map(
      (append) =>
        `${lesson === 6 ? "late answer" : "append"} ${append} of the day cannot be stored`,
    ),
    ...when(lesson > 6, `a call of the alarm takes ${day.callTakes} ms`),
    ...when(day.deaf > 0, `calls of the alarm that fail: the first ${day.deaf}`),
    ...when(lesson > 6, `whenever a call rejects: ${begins} again`),
  ];
}

/** What the day says where the observation does not: the rarest thing in it first. */
export function ruleOf(day: Day, seen?: string): string {
  if (seen && seen !== RULES.order && seen !== RULES.written) return seen;
  const { steps, answers, crashes, refusals, deaf, calls, moves, lesson } = day;
  const says = (what: object) => answers.some((one) => one.says in what);
  const late = answers.some(({ after, step }) => after > (steps[step]?.timeLimit ?? 0));
  const has = (...what: string[]) => moves.some((move) => what.includes(move));
  const again = moves.some((move) => /again|next/.test(move));
  const signs: [boolean, Rule][] = [
    [deaf > 0, "deaf"],
    [crashes.length === 0 && calls.length > 1, "once"],
    [refusals.length > 0, lesson === 6 ? "lateFull" : lesson === 5 ? "stored" : "full"],
    [crashes.length > 0, calls.includes("resume") ? "goesOn" : "once"],
    [late && (says(THROWN) || says(NONSENSE)), "lateError"],
    [late && says({ yes: 1, no: 1 }), "late"],
    [says(THROWN), "broken"],
    [says(NONSENSE), "nonsense"],
    [says({ nothing: 1 }), "limit"],
    [day.sagas.length > 1, "apart"],
    [again && has("refused"), "twiceBack"],
    [again, "twice"],
    [has("late yes", "late no"), "lateAnswer"],
    [has("refused"), "refused"],
    [has("restart"), "open"],
  ];
  return RULES[signs.find(([is]) => is)?.[1] ?? (moves.length > 0 ? "order" : "written")];
}
