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
  /** The sagas in hand: nobody leads one twice at the same time. */
  readonly #running = new Map<string, Promise<EndName>>();

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
  start(order: Order): Promise<EndName> {
    return this.#once(order.id, async () => {
      if (this.#options.journal.of(order.id).length === 0) {
        const ids = { correlationId: order.id, causationId: null };
        await this.#write("saga.started", { ...ids, kind: "started", order });
      }
      return this.#run(order.id);
    });
  }

  /**
   * After a restart: goes on with every saga that has not ended, and resolves when all have.
   * Rejects if one of them fails, which keeps none of the others from going on.
   */
  async resume(): Promise<void> {
    const { journal } = this.#options;
    const open = journal.sagas().filter((saga) => !endOf(journal, saga));
    await Promise.all(open.map((saga) => this.#once(saga, () => this.#run(saga))));
  }

  #once(saga: string, work: () => Promise<EndName>): Promise<EndName> {
    const running = this.#running.get(saga);
    if (running) return running;
    const promise = work().finally(() => this.#running.delete(saga));
    this.#running.set(saga, promise);
    return promise;
  }

  async #run(saga: string): Promise<EndName> {
    const { journal, process } = this.#options;
    for (;;) {
      const ended = endOf(journal, saga);
      if (ended) return ended;
      const decision = decide(process, journal.of(saga));
      if (decision.type === "end") await this.#end(saga, decision);
      else await this.#ask(saga, decision);
    }
  }

  async #ask(saga: string, { step, way, attempt }: Ask): Promise<void> {
    const { journal, process, send } = this.#options;
    const { participant, pause, timeLimit } = stepOf(process, step);
    const command = commandOf(process, step, way);
    if (attempt > 1) await this.#wait(pause * 2 ** (attempt - 2));

    const about = { correlationId: saga, step, way, attempt, command };
    const requested = await this.#write("step.requested", {
      ...about,
      causationId: lastOf(journal, saga).id,
      kind: "requested",
    });
    const answer = send({
      key: `${saga}/${step}`,
      correlationId: saga,
      causationId: requested.id,
      participant,
      name: command,
      way,
      order: orderOf(journal, saga),
    });

    const because = { ...about, causationId: requested.id };
    const writeReply = ({ name, outcome, reason }: Reply) =>
      this.#write(name, { ...because, kind: outcome, ...(reason && { reason }) });
    const reply = await this.#within(timeLimit, answer);
    if (typeof reply !== "string") {
      await writeReply(reply);
      return;
    }
    await this.#write("step.unanswered", {
      ...because,
      kind: "unanswered",
      reason: reply,
    });
    // Should the answer still come, it is written down as well; if that fails, it never came.
    answer.then(writeReply).catch(() => {});
  }

  /** Resolves with the reply, or with the reason why there is none. */
  #within(ms: number, answer: Promise<Reply>): Promise<Reply | string> {
    return new Promise((resolve) => {
      const callOff = this.#options.timer(ms, () => resolve(`no answer in ${ms} ms`));
      answer
        .then(resolve, (error: unknown) =>
          resolve(error instanceof Error ? error.message : String(error)),
        )
        .finally(callOff);
    });
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#options.timer(ms, resolve));
  }

  async #end(saga: string, { name, reason }: End): Promise<void> {
    const { alarm, clock, journal } = this.#options;
    const data: SagaData = {
      correlationId: saga,
      causationId: lastOf(journal, saga).id,
      kind: "ended",
      ...(reason && { reason }),
    };
    const event = createEvent(name, data, clock());
    // Told first and written down then: after a crash in between somebody hears of it twice.
    // The other way round, nobody would.
    if (name === "saga.stuck") await alarm(event);
    await journal.append(event);
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
