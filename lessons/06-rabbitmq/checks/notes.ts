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

export class Job {
  /** Of its event. */
  readonly id: string;
  /** How it ended; `late` if nobody could tell the broker. */
  ended?: "done" | "failed" | "late";
  /** Ended while the broker was blocked, which reads nothing before it goes on. */
  unread = false;
  /** What work returns: no `Promise`, but it can be awaited all the same, and is `false` when it is done. */
  readonly result: PromiseLike<unknown>;
  end: (how: "done" | "failed", error?: unknown) => void = () => {};

  constructor(id: string) {
    this.id = id;
    const done = new Promise<unknown>((resolve, reject) => {
      this.end = (how, error) => {
        this.ended = how;
        if (how === "failed") reject(error);
        else resolve(false);
      };
    });
    // biome-ignore lint/suspicious/noThenProperty: work may return one
    this.result = { then: (...listeners) => done.then(...listeners) };
  }
}

/** What work failed with, and the id of its event. */
export type Failure = [error: unknown, id: unknown];
