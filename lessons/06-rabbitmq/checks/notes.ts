/** What a shop of a day notes of its events, of its work, and of each time that it closes. */
import type { StandIn } from "#broker/stand-in";
import type { BusEvent } from "#bus/contract";
import type { Rule } from "./story.ts";

export interface Place {
  broker: StandIn;
  step: number;
  see(rule: Rule, what: string, due: unknown, seen: unknown): void;
}

export interface Letter {
  event: BusEvent;
  states: string[];
  isOdd: boolean;
  /** Published when the publisher was closed here already. */
  isLate: boolean;
}

/** One call of `close`: once it has ended, it stays so. */
export interface Closing {
  states: string[];
  isDue: boolean;
}

export interface Job {
  /** Of its event. */
  id: string;
  end: (error?: string) => void;
  /** How it ended; `late` if nobody could tell the broker. */
  ended?: "done" | "failed" | "late";
  /** Ended while the broker was blocked, which reads nothing before it goes on. */
  unread?: boolean;
}

/** What work failed with, and the id of its event. */
export type Failure = [error: unknown, id: unknown];
