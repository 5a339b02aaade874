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
import { decide } from "./decide.ts";

/** Leads every saga through its process, and writes down each step before and after it. */
export class Orchestrator {
  readonly #options: Required<OrchestratorOptions>;
  /** The sagas in hand: nobody leads one twice at the same time. */
  readonly #running = new Map<string, Promise<EndName>>();

  constructor(options: OrchestratorOptions) {
    this.#options = complete(options);
  }

  /** Begins the saga of an order, and resolves with its end. */
  async start(order: Order): Promise<EndName> {
    return this.#once(order.id, async () => {
      if (this.#options.journal.of(order.id).length === 0) {
        const ids = { correlationId: order.id, causationId: null };
        await this.#write(
          this.#eventOf("saga.started", { ...ids, kind: "started", order }),
        );
      }
      return this.#run(order.id);
    });
  }

  /** After a restart: goes on with every saga that has not ended, and resolves when all have. */
  async resume(): Promise<void> {
    const { journal } = this.#options;
    const open = journal.sagas().filter((saga) => !endOf(journal, saga));
    await Promise.all(open.map((saga) => this.#once(saga, () => this.#run(saga))));
  }

  #once(saga: string, work: () => Promise<EndName>): Promise<EndName> {
    const running = this.#running.get(saga);
    if (running) return running;
    // It begins only when the map has it: whoever is called may call `resume`.
    const begun = Promise.resolve().then(work);
    const promise = begun.finally(() => this.#running.delete(saga));
    this.#running.set(saga, promise);
    return promise;
  }

  /** Leads a saga from where its journal stands to its end. */
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

  /** One attempt at one step: its request, its command, and what came of it. */
  async #ask(saga: string, { step, way, attempt }: Ask): Promise<void> {
    const { journal, process, send } = this.#options;
    const { participant, pause, timeLimit } = stepOf(process, step);
    const command = commandOf(process, step, way);
    if (attempt > 1) await this.#wait(pause * 2 ** (attempt - 2));

    const about = { correlationId: saga, step, way, attempt, command };
    const causationId = lastOf(journal, saga).id;
    const requested = await this.#write(
      this.#eventOf("step.requested", { ...about, causationId, kind: "requested" }),
    );
    const because = { ...about, causationId: requested.id };
    const answer = send({
      key: `${saga}/${step}/${way}`,
      correlationId: saga,
      causationId: requested.id,
      participant,
      name: command,
      way,
      order: orderOf(journal, saga),
    });

    const writeReply = ({ name, outcome, reason }: Reply) =>
      this.#write(this.#eventOf(name, { ...because, kind: outcome, reason }));
    const reply = await this.#within(timeLimit, answer);
    if (typeof reply !== "string") {
      await writeReply(reply);
      return;
    }
    await this.#write(
      this.#eventOf("step.unanswered", { ...because, kind: "unanswered", reason: reply }),
    );
    // Should the answer still come, it is written down as well; if that fails, it never came.
    answer.then(writeReply).catch(() => {});
  }

  /** Resolves with the reply, or with the reason why there is none. */
  #within(ms: number, answer: Promise<Reply>): Promise<Reply | string> {
    return new Promise((resolve) => {
      const callOff = this.#options.timer(ms, () => resolve(`no answer in ${ms} ms`));
      answer.then(resolve, (error) => resolve(messageOf(error))).finally(callOff);
    });
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#options.timer(ms, resolve));
  }

  /** Writes how a saga has ended. */
  async #end(saga: string, { name, reason }: End): Promise<void> {
    const causationId = lastOf(this.#options.journal, saga).id;
    const ids = { correlationId: saga, causationId };
    const event = this.#eventOf(name, { ...ids, kind: "ended", reason });
    // Called first: after a crash in between, somebody hears of it twice, which is better than never.
    if (name === "saga.stuck") await this.#options.alarm(event);
    await this.#write(event);
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
