import { type Clock, createEvent } from "#bus/contract";
import { endOf, type Journal, lastOf, orderOf } from "#given/09-saga/journal.ts";
import {
  commandOf,
  type Decision,
  type EndName,
  type Order,
  type Process,
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
  send: Send;
  alarm?: (event: SagaEvent) => unknown;
  clock?: Clock;
  timer?: Timer;
}

type Ask = Extract<Decision, { type: "ask" }>;
type End = Extract<Decision, { type: "end" }>;

/** One async loop that resume and start share; a step is a chain of promises. */
export class Orchestrator {
  readonly #options: Required<OrchestratorOptions>;
  #leads: Record<string, Promise<EndName>> = {};

  constructor(options: OrchestratorOptions) {
    this.#options = {
      alarm: printAlarm,
      clock: Date.now,
      timer: realTimer,
      ...options,
      process: validProcess(options.process),
    };
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
    this.#leads[id] ??= (async () => {
      try {
        // Only when this promise stands in the record: the end takes it out again.
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
        delete this.#leads[id];
      }
    })();
    return this.#leads[id] as Promise<EndName>;
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
              key: JSON.stringify([id, ask.step]),
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
              (error) => giveUp(`connection broke: ${error}`),
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

function printAlarm({ data }: SagaEvent): void {
  const reason = data.kind === "ended" ? data.reason : undefined;
  console.error(`${data.correlationId} is stuck and needs somebody: ${reason}`);
}
