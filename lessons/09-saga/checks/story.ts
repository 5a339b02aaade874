/** What can happen on a day, how it is told, and which rule it is about. */
import type { Process, Way } from "#given/09-saga/given/process.ts";

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  order: "a saga asks for one step after the other, and is completed after the last",
  twice: "an answer that comes twice, or about another step, changes nothing",
  twiceBack: "an answer that comes twice counts once on the way back, too",
  open: "what was asked for and has no answer yet is asked for again",
  refused:
    "after a refusal, what was done is taken back in reverse, and then the saga is cancelled",
  again: "a step without an answer is asked for again, as often as it has attempts",
  mayHaveHappened:
    "after the last attempt without an answer, this very step is taken back first",
  lateAnswer:
    "a late yes or no counts while its step is asked for again, and not after that",
  noWayBack: "beyond the pivot and on the way back, a refusal counts like no answer",
  stuck:
    "where the last attempt fails and there is no way back, the saga is stuck, with the command in the reason",
  written: "each request is stored before it is sent, and each reply under its own name",
  reasons: "the reasons of a reply and of an end stand in their events",
  ids: "every event has the saga's id as correlation id; a reply has its request's id as causation id, every other event that of the newest event",
  command:
    "a command says who is asked for what, which way, for which order, and because of which request",
  key: "a command has the same key at each attempt, and another key than every other command, also where two steps ask for the same thing",
  apart: "many sagas at once keep apart",
  limit: "after the time limit, `step.unanswered` is written, caused by the request",
  broken:
    "when `send` rejects, that is no answer, and the reason is what was thrown, an Error or not",
  pauses: "a second attempt waits for the pause, each further one twice as long",
  late: "a late reply is written down, with its reason, caused by its own request",
  lateError: "a `send` that rejects late changes nothing",
  goesOn: "after a crash, `resume` goes on where the saga was, pauses and all",
  once: "the same order started twice, beside a `resume`, or after a restart, is one saga",
  ended: "an order that has ended stays as it is, after a restart, too",
  alarm: "the alarm gets each `saga.stuck`, and no other event, before it is written",
} as const;
export type Rule = keyof typeof RULES;

/** How a participant answers a command. */
export interface Answer {
  says: "yes" | "no" | "nothing" | "breaks" | "throws undefined" | "nonsense";
  /** In ms. */
  after: number;
}

export interface Day {
  steps: { attempts: number; timeLimit: number; pause: number }[];
  pivot: number;
  /** The ids of the sagas that are started. */
  sagas: string[];
  /** For the commands of each saga in turn. What is not in it is a yes, at once. */
  answers: { saga: number; step: number; way: Way; time: number; answer: Answer }[];
  /** At which append of a life the process dies: just before it is stored, or just after. */
  crashes: { append: number; stored: boolean }[];
  /** How each life of the process begins. */
  calls: ("start" | "resume")[];
  /** Whether anybody looks at calls of the alarm. */
  watchesAlarm: boolean;
  /** Of a day of `decide` alone: what the journal holds. */
  moves: Move[];
}

export type Move =
  | "done"
  | "refused"
  | "unanswered"
  | "restart"
  | "late yes"
  | "late no"
  | "the first done again";

const ACTIONS = [
  "place the order",
  "reserve the money",
  "confirm the order",
  "deliver the order",
  "collect the money",
  "send a voucher",
  "ask for a review",
];
const UNDO = [
  "cancel the order",
  "release the money",
  "withdraw the confirmation",
  "call the parcel back",
  "pay back",
  "block the voucher",
  "delete the review",
];

/** Long processes have two steps of one name. */
export function processOf({ steps, pivot }: Day): Process {
  return {
    pivot,
    steps: steps.map((step, at) => ({
      ...step,
      participant: `department ${at % 3}`,
      action: ACTIONS[at % ACTIONS.length] ?? "",
      ...(at <= pivot && { compensation: UNDO[at % UNDO.length] ?? "" }),
    })),
  };
}

export function nameOf(step: number, way: Way): string {
  const names = way === "forward" ? ACTIONS : UNDO;
  return `"${names[step % names.length]}" (step ${step})`;
}

export function storyOf(day: Day): string[] {
  const { steps, pivot, sagas, answers, crashes, calls, moves } = day;
  const values = (of: "attempts" | "timeLimit" | "pause") => {
    const [first, ...others] = new Set(steps.map((step) => step[of]));
    return others.length === 0 ? first : steps.map((step) => step[of]).join(", ");
  };
  return [
    `a process of ${steps.length} steps${pivot < steps.length ? ` with the pivot ${pivot}` : ""}`,
    ...(moves.length > 0
      ? [
          ...(moves.includes("unanswered") ? [`attempts: ${values("attempts")}`] : []),
          `the journal, one answer after the other: ${moves.join(" · ")}`,
        ]
      : [
          `attempts: ${values("attempts")}`,
          `time limits: ${values("timeLimit")}; pauses: ${values("pause")}`,
          `${sagas.join(" and ")}: ${calls.join(" and ")}, at once`,
        ]),
    ...answers.map(
      ({ saga, step, way, time, answer: { says, after } }) =>
        `${sagas[saga]}: ${nameOf(step, way)}, time ${time}: ${says}${says === "nothing" ? "" : ` after ${after} ms`}`,
    ),
    ...crashes.map(
      ({ append, stored }) =>
        `the process dies ${stored ? "after" : "before"} its append ${append}; a new one begins with ${calls.join(" and ")}`,
    ),
  ];
}

/** What the day says where the observation does not: the rarest thing in it first. */
export function ruleOf(day: Day, seen?: string): string {
  const general: (string | undefined)[] = [undefined, RULES.order, RULES.written];
  if (!general.includes(seen)) return seen ?? "";
  const { steps, answers, crashes, calls, moves, pivot } = day;
  const says = (...what: Answer["says"][]) =>
    answers.some(({ answer }) => what.includes(answer.says));
  const late = answers.some(
    ({ answer, step }) => answer.after > (steps[step]?.timeLimit ?? 0),
  );
  const has = (...what: Move[]) => moves.some((move) => what.includes(move));
  const noWay = answers.some(({ way, step }) => way === "back" || step > pivot);
  const signs: [boolean, Rule][] = [
    [crashes.length > 0 && calls.includes("resume"), "goesOn"],
    [crashes.length > 0 || calls.length > 1, "once"],
    [late && says("breaks", "throws undefined", "nonsense"), "lateError"],
    [late && says("yes", "no"), "late"],
    [says("breaks", "throws undefined", "nonsense"), "broken"],
    [says("nothing"), "limit"],
    [day.sagas.length > 1 && moves.length === 0, "apart"],
    [noWay && says("no"), "noWayBack"],
    [has("the first done again") && has("refused"), "twiceBack"],
    [has("the first done again"), "twice"],
    [has("late yes", "late no"), "lateAnswer"],
    [has("unanswered") && has("refused"), "noWayBack"],
    [has("unanswered"), "again"],
    [has("refused") || says("no"), "refused"],
    [has("restart"), "open"],
    [moves.length === 0, "written"],
  ];
  return RULES[signs.find(([is]) => is)?.[1] ?? "order"];
}
