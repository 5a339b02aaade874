/**
 * The words of this lesson: what a saga consists of, what its events say, and the process of the
 * shop. Only to be read.
 */
import type { BusEvent } from "#bus/contract";

export interface Order {
  /** Names the saga as well: it is the correlation id of all its events. */
  readonly id: string;
  readonly item: string;
  readonly cents: number;
}

/** `forward` does what a step is for, `back` takes it back. */
export type Way = "forward" | "back";

export interface Step {
  /** Who does it. */
  readonly participant: string;
  /** What is asked of the participant on the way forward. */
  readonly action: string;
  /** What takes the action back. Every step has one up to the pivot, and none beyond it. */
  readonly compensation?: string;
  /** How often to ask before giving up, for the action and again for its compensation. */
  readonly attempts: number;
  /** How long to wait for an answer, in ms. */
  readonly timeLimit: number;
  /** How long to wait before the second attempt, in ms. Before each further one, twice as long. */
  readonly pause: number;
}

export interface Process {
  readonly steps: readonly Step[];
  /** The place of the last step that can be taken back, counted from 0: the point of no return. */
  readonly pivot: number;
}

const patience = { attempts: 3, timeLimit: 1_000, pause: 100 };

// #region process
export const orderProcess: Process = {
  steps: [
    {
      participant: "orders",
      action: "place the order",
      compensation: "cancel the order",
      ...patience,
    },
    {
      participant: "payment",
      action: "reserve the money",
      compensation: "release the money",
      ...patience,
    },
    {
      participant: "warehouse",
      action: "confirm the order",
      compensation: "withdraw the confirmation",
      ...patience,
    },
    { participant: "delivery", action: "deliver the order", ...patience },
    { participant: "payment", action: "collect the money", ...patience },
  ],
  pivot: 2,
};
// #endregion

/** Which saga an event belongs to, and which event led to it. */
export interface Ids {
  /** The same on every event of one saga. */
  readonly correlationId: string;
  /** The id of the event that led to this one; `null` on the first. */
  readonly causationId: string | null;
}

/** Says what was asked of a participant, or what came of it. */
export interface StepData extends Ids {
  readonly kind: "requested" | "done" | "refused" | "unanswered";
  /** The place of the step in the process, counted from 0. */
  readonly step: number;
  readonly way: Way;
  /** 1 for the first. */
  readonly attempt: number;
  readonly command: string;
  readonly reason?: string | undefined;
}

export type SagaData =
  | (Ids & { readonly kind: "started"; readonly order: Order })
  | StepData
  | (Ids & { readonly kind: "ended"; readonly reason?: string | undefined });

/**
 * One line of the journal. Its name is `saga.started`, `step.requested`, `step.unanswered`, one of
 * the {@link EndName}s, or what the participant says has happened: `money.reserved`.
 */
export type SagaEvent = BusEvent<string, SagaData>;

/** How a saga can end: all done; all taken back; or it needs a human being. */
export type EndName = "saga.completed" | "saga.cancelled" | "saga.stuck";

/** What a saga has to do next. */
export type Decision = Ask | End;

export interface Ask {
  readonly type: "ask";
  readonly step: number;
  readonly way: Way;
  /** 1 for the first. */
  readonly attempt: number;
}

export interface End {
  readonly type: "end";
  readonly name: EndName;
  /** Of `saga.stuck`. */
  readonly reason?: string | undefined;
}

/** Where a saga stands: what it asks for next, and how often that has failed already. */
export interface Cursor {
  readonly way: Way;
  /** Counted from 0. One beyond the last step when all is done, -1 when all is taken back. */
  readonly step: number;
  readonly failures: number;
}

/** What is sent to a participant. */
export interface Command extends Ids {
  /** The idempotency key: the same at each attempt, and no other command's. */
  readonly key: string;
  readonly way: Way;
  readonly participant: string;
  /** `reserve the money` */
  readonly name: string;
  readonly order: Order;
}

/** What a participant answers. */
export interface Reply {
  /** What has happened there: `money.reserved`, `money.refused`. */
  readonly name: string;
  /** `refused` means that nothing was done, and that nothing will be. */
  readonly outcome: "done" | "refused";
  readonly reason?: string;
}

/**
 * Hands a command to its participant. The answer may come late or never; when the promise rejects,
 * nobody knows whether the command was carried out.
 */
export type Send = (command: Command) => Promise<Reply>;

/** Calls `ring` once, after that many ms; returns what calls it off. */
export type Timer = (ms: number, ring: () => void) => () => void;

/**
 * What a step asks of its participant.
 *
 * @throws RangeError if there is no such step, or if it cannot be taken back
 */
export function commandOf(process: Process, step: number, way: Way): string {
  const { action, compensation } = stepOf(process, step);
  if (way === "forward") return action;
  if (compensation === undefined) {
    throw new RangeError(`Step ${step}, "${action}", has nothing that takes it back.`);
  }
  return compensation;
}

/** @throws RangeError if the process has no such step */
export function stepOf(process: Process, step: number): Step {
  const found = process.steps[step];
  if (!found) throw new RangeError(`The process has no step ${step}.`);
  return found;
}

/** What was thrown, in words; also for what is not an Error. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === "object" && thrown
    ? "something that is not an Error"
    : String(thrown);
}

// #region row
export interface TimelineRow {
  /** 1 for the first event of the saga. */
  line: number;
  /** In ms since the saga began. */
  after: number;
  name: string;
  kind: SagaData["kind"];
  /** What was asked for, which attempt, or why not; empty where there is nothing to say. */
  text: string;
  /** The line of the event that led to this one; null if the saga has none. */
  because: number | null;
  /** An answer to a request that the journal had already called unanswered. */
  late: boolean;
}
// #endregion
