import { createEvent } from "#bus/contract";
import { endOf, lastOf, orderOf } from "#given/09-saga/given/journal.ts";
import { complete, type OrchestratorOptions } from "#given/09-saga/given/options.ts";
import {
  type Ask,
  commandOf,
  type End,
  type EndName,
  messageOf,
  type Order,
  type Reply,
  type SagaData,
  type SagaEvent,
  stepOf,
} from "#given/09-saga/given/process.ts";
import { todo } from "#todo";
import { decide } from "./decide.ts";

/** Leads every saga through its process, and writes down each step before and after it. */
export class Orchestrator {
  readonly #options: Required<OrchestratorOptions>;

  constructor(options: OrchestratorOptions) {
    this.#options = complete(options);
  }

  /** Begins the saga of an order, and resolves with its end. */
  async start(order: Order): Promise<EndName> {
    // Step 7: begin no saga twice, and lead none twice at the same time.
    return todo(4, "write saga.started, then run the saga");
  }

  /** After a restart: goes on with every saga that has not ended, and resolves when all have. */
  async resume(): Promise<void> {
    todo(7, "run every saga of the journal that has not ended, and wait for all");
  }

  /** Leads a saga from where its journal stands to its end. */
  async #run(saga: string): Promise<EndName> {
    return todo(4, "decide, and do what was decided, until the saga has ended");
  }

  /** One attempt at one step: its request, its command, and what came of it. */
  async #ask(saga: string, { step, way, attempt }: Ask): Promise<void> {
    // Step 5: pause before a further attempt, and wait no longer than the time limit.
    // Step 6: write late answers down, too.
    todo(4, "write step.requested, send the command, write the reply");
  }

  /** Writes how a saga has ended. */
  async #end(saga: string, { name, reason }: End): Promise<void> {
    // Step 7: call the alarm before you write that a saga is stuck.
    todo(4, "write the end, with its reason");
  }

  /** Resolves with the event once it is stored. */
  async #write(event: SagaEvent): Promise<SagaEvent> {
    await this.#options.journal.append(event);
    return event;
  }

  /** An event of this moment. It is not written yet. */
  #eventOf(name: string, data: SagaData): SagaEvent {
    return createEvent(name, data, this.#options.clock());
  }
}
