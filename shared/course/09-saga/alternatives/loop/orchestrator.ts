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
  type SagaData,
  type SagaEvent,
  stepOf,
} from "#given/09-saga/given/process.ts";
import { decide } from "./decide.ts";

/** One async loop that resume and start share; a step is a chain of promises. */
export class Orchestrator {
  readonly #options: Required<OrchestratorOptions>;
  readonly #leads = new Map<string, Promise<EndName>>();

  constructor(options: OrchestratorOptions) {
    this.#options = complete(options);
  }

  start(order: Order): Promise<EndName> {
    return this.#lead(order.id, order);
  }

  async resume(): Promise<void> {
    const { journal } = this.#options;
    const results = await Promise.allSettled(
      journal.sagas().map((id) => endOf(journal, id) ?? this.#lead(id)),
    );
    const broken = results.find((result) => result.status === "rejected");
    if (broken) throw broken.reason;
  }

  #lead(id: string, order?: Order): Promise<EndName> {
    const known = this.#leads.get(id);
    if (known) return known;
    const lead = (async () => {
      try {
        // Only when this promise stands in the map: the end takes it out again.
        await Promise.resolve();
        const { journal, process } = this.#options;
        if (order && !journal.sagas().includes(id)) {
          await this.#append("saga.started", {
            correlationId: id,
            causationId: null,
            kind: "started",
            order,
          });
        }
        let end = endOf(journal, id);
        while (!end) {
          const decision = decide(process, journal.of(id));
          if (decision.type === "ask") await this.#step(id, decision);
          else await this.#finish(id, decision);
          end = endOf(journal, id);
        }
        return end;
      } finally {
        this.#leads.delete(id);
      }
    })();
    this.#leads.set(id, lead);
    return lead;
  }

  #step(id: string, ask: Ask): Promise<unknown> {
    const { journal, process, send, timer } = this.#options;
    const config = stepOf(process, ask.step);
    const common = {
      correlationId: id,
      step: ask.step,
      way: ask.way,
      attempt: ask.attempt,
      command: commandOf(process, ask.step, ask.way),
    };
    let wait = 0;
    for (let n = 2; n <= ask.attempt; n += 1) wait = wait ? wait * 2 : config.pause;
    const pause =
      wait > 0 ? new Promise<void>((ok) => void timer(wait, ok)) : Promise.resolve();
    return pause
      .then(() =>
        this.#append("step.requested", {
          ...common,
          kind: "requested",
          causationId: lastOf(journal, id).id,
        }),
      )
      .then(
        (request) =>
          new Promise<void>((resolve, reject) => {
            let open = true;
            const giveUp = (reason: string) => {
              if (!open) return;
              open = false;
              callOff();
              this.#append("step.unanswered", {
                ...common,
                kind: "unanswered",
                causationId: request.id,
                reason,
              }).then(() => resolve(), reject);
            };
            const callOff = timer(config.timeLimit, () => giveUp("too slow"));
            send({
              key: JSON.stringify([id, ask.step, ask.way]),
              correlationId: id,
              causationId: request.id,
              way: ask.way,
              participant: config.participant,
              name: common.command,
              order: orderOf(journal, id),
            }).then(
              (reply) => {
                const event = this.#append(reply.name, {
                  ...common,
                  kind: reply.outcome,
                  causationId: request.id,
                  ...(reply.reason ? { reason: reply.reason } : {}),
                });
                if (open) {
                  open = false;
                  callOff();
                  event.then(() => resolve(), reject);
                } else event.catch(() => undefined);
              },
              (error) => giveUp(`connection broke: ${messageOf(error)}`),
            );
          }),
      );
  }

  async #finish(id: string, { name, reason }: End) {
    const { journal, alarm, clock } = this.#options;
    const event: SagaEvent = createEvent(
      name,
      {
        kind: "ended" as const,
        correlationId: id,
        causationId: lastOf(journal, id).id,
        ...(reason ? { reason } : {}),
      },
      clock(),
    );
    if (name === "saga.stuck") await alarm(event);
    await journal.append(event);
  }

  async #append(name: string, data: SagaData): Promise<SagaEvent> {
    const event = createEvent(name, data, this.#options.clock());
    await this.#options.journal.append(event);
    return event;
  }
}
