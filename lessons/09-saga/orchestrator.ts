import { type Clock, createEvent } from "#bus/contract";
import { endOf, type Journal, lastOf, orderOf } from "#given/09-saga/journal.ts";
import {
  commandOf,
  type Decision,
  type EndName,
  type Order,
  type Process,
  type Reply,
  realTimer,
  type SagaData,
  type SagaEvent,
  type Send,
  stepOf,
  type Timer,
  validProcess,
} from "#given/09-saga/process.ts";
import { todo } from "#todo";
import { decide } from "./decide.ts";

export interface OrchestratorOptions {
  process: Process;
  journal: Journal;
  /** Hands a command to its participant. */
  send: Send;
  /**
   * Is told the end of every saga that is stuck, at least once, before that event is written down.
   * May be async; if it fails, nothing is written, and `start` rejects.
   */
  alarm?: (event: SagaEvent) => unknown;
  /** Where timestamps come from. Default: `Date.now`. */
  clock?: Clock;
  /** What time limits and pauses wait with. Default: `setTimeout`. */
  timer?: Timer;
}

type Ask = Extract<Decision, { type: "ask" }>;
type End = Extract<Decision, { type: "end" }>;

/** Leads every saga through its process, and writes down each step before and after it. */
export class Orchestrator {
  readonly #options: Required<OrchestratorOptions>;

  /** @throws TypeError if the process could not be taken back up to its pivot */
  constructor(options: OrchestratorOptions) {
    this.#options = {
      alarm: printAlarm,
      clock: Date.now,
      timer: realTimer,
      ...options,
      process: validProcess(options.process),
    };
  }

  /**
   * Begins the saga of an order and resolves with its end. An order that is known already is no
   * second saga: its first one goes on, or has ended. Rejects if the journal cannot be written.
   */
  async start(order: Order): Promise<EndName> {
    // Leave this until step 7.
    if (this.#options.journal.of(order.id).length > 0)
      todo(7, "begin no saga twice, and lead none twice at the same time");
    return todo(5, "write saga.started, then run the saga");
  }

  /**
   * After a restart: goes on with every saga that has not ended, and resolves when all have.
   * Rejects if one of them fails, which keeps none of the others from going on.
   */
  async resume(): Promise<void> {
    todo(7, "run every saga of the journal that has not ended, and wait for all");
  }

  async #run(saga: string): Promise<EndName> {
    return todo(5, "decide, and do what was decided, until the saga has ended");
  }

  async #ask(saga: string, { step, way, attempt }: Ask): Promise<void> {
    // Leave this until step 6: only from there on do the checks give a timer.
    if (this.#options.timer !== realTimer)
      todo(6, "pause before a further attempt, and wait no longer than the time limit");
    todo(5, "write step.requested, send the command, write the reply");
  }

  async #end(saga: string, { name, reason }: End): Promise<void> {
    // Leave this until step 7: only from there on do the checks give an alarm.
    if (name === "saga.stuck" && this.#options.alarm !== printAlarm)
      todo(7, "tell the alarm of a saga that is stuck, before writing it down");
    todo(5, "write the end");
  }

  async #write(name: string, data: SagaData): Promise<SagaEvent> {
    const event = createEvent(name, data, this.#options.clock());
    await this.#options.journal.append(event);
    return event;
  }
}

function printAlarm({ data }: SagaEvent): void {
  const reason = data.kind === "ended" ? data.reason : undefined;
  console.error(`${data.correlationId} is stuck and needs somebody: ${reason}`);
}
