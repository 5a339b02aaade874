/** What lies between the orchestrator and the participants, and everything it does wrong. Given. */
import type { Command, Reply, Timer } from "../given/process.ts";

/** Every way in which asking somebody can fail. */
export const faults = [
  /** Before the effect: it never arrives. */
  "command lost",
  /** After the effect: nobody hears of it. */
  "answer lost",
  /** Just after the time limit: the next attempt may be under way. */
  "answer late",
  /** When all attempts are over, and the saga may be turning back. */
  "answer too late",
  /** When the saga has long gone on without it. */
  "answer very late",
  "command late",
  /** When the saga has ended, and has perhaps taken it all back. */
  "command very late",
  /** Two copies, one after the other. */
  "command twice",
  /** Two copies, the second when the saga has ended. */
  "command twice, once very late",
  /** The connection breaks: an error at once, before the effect. */
  "error before",
  /** The same, after the effect. */
  "error after",
  /** The connection breaks when nobody waits any more, after the effect. */
  "error late",
  /** What is thrown is not an Error, and it is thrown at once. */
  "thrown, not an Error",
  /** An answer with an outcome that nobody knows, after the effect. */
  "answer is none",
  /** The participant says no. */
  "refused",
  /** The participant says no, when all attempts are over. */
  "refused too late",
] as const;

export type Fault = (typeof faults)[number];

export interface Trouble {
  /** Whose delivery fails: `reserve the money`. */
  readonly command: string;
  readonly fault: Fault;
  /** How many deliveries fail before one works. Default: all of them. */
  readonly times?: number;
}

/** In ms: beyond the time limit of 1,000 ms, but not by much. */
const LATE = 1_150;
/** In ms: beyond the third attempt, which is over after 3,300 ms. */
const TOO_LATE = 3_400;
/** In ms: beyond the end of every saga. */
const VERY_LATE = 1_000_000;

const refusal: Reply = {
  name: "command.refused",
  outcome: "refused",
  reason: "says no",
};

export class Network {
  readonly #handle: (command: Command) => Reply;
  readonly #timer: Timer;
  readonly #troubles: readonly Trouble[];
  /** What was sent, in order: `reserve the money`. */
  readonly sent: Command[] = [];

  constructor(
    handle: (command: Command) => Reply,
    timer: Timer,
    troubles: readonly Trouble[] = [],
  ) {
    this.#handle = handle;
    this.#timer = timer;
    this.#troubles = troubles;
  }

  readonly send = (command: Command): Promise<Reply> => {
    this.sent.push(command);
    const before = this.sent.filter(({ name }) => name === command.name).length - 1;
    const trouble = this.#troubles.find(
      (each) => each.command === command.name && before < (each.times ?? Infinity),
    );
    return trouble
      ? this.#fail(trouble.fault, command)
      : Promise.resolve(this.#handle(command));
  };

  #fail(fault: Fault, command: Command): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const handle = () => this.#handle(command);
      const later = (ms: number, then: () => void) => void this.#timer(ms, then);
      const answer = (ms: number, reply: Reply) => later(ms, () => resolve(reply));
      switch (fault) {
        case "command lost":
          return;
        case "answer lost":
          return void handle();
        case "answer late":
          return answer(LATE, handle());
        case "answer too late":
          return answer(TOO_LATE, handle());
        case "answer very late":
          return answer(VERY_LATE, handle());
        case "command late":
          return later(LATE, () => resolve(handle()));
        case "command very late":
          return later(VERY_LATE, () => resolve(handle()));
        case "command twice":
          resolve(handle());
          return void handle();
        case "command twice, once very late":
          resolve(handle());
          return later(VERY_LATE, handle);
        case "error before":
          return reject(new Error("connection refused"));
        case "error after":
          handle();
          return reject(new Error("connection reset"));
        case "error late":
          handle();
          return later(LATE, () => reject(new Error("connection reset")));
        case "thrown, not an Error":
          throw undefined;
        case "answer is none":
          return resolve({ ...handle(), outcome: "perhaps" } as unknown as Reply);
        case "refused":
          return resolve(refusal);
        case "refused too late":
          return answer(TOO_LATE, refusal);
      }
    });
  }
}
