import { createEvent } from "#bus/contract";
import { endOf } from "#given/09-saga/given/journal.ts";
import { complete, type OrchestratorOptions } from "#given/09-saga/given/options.ts";
import {
  commandOf,
  type Decision,
  type EndName,
  messageOf,
  type Order,
  type Reply,
  type SagaData,
  type SagaEvent,
  stepOf,
} from "#given/09-saga/given/process.ts";
import { decide } from "./decide.ts";

/** Chains of promises instead of loops, and each saga an object of its own. */
export class Orchestrator {
  readonly options: Required<OrchestratorOptions>;
  readonly sagas = new Map<string, Promise<EndName>>();

  constructor(options: OrchestratorOptions) {
    this.options = complete(options);
  }

  start(order: Order): Promise<EndName> {
    return this.lead(order.id, order);
  }

  resume(): Promise<void> {
    const waiting = [];
    for (const id of this.options.journal.sagas()) {
      if (endOf(this.options.journal, id) === undefined)
        waiting.push(this.lead(id, undefined));
    }
    return Promise.all(waiting).then(() => undefined);
  }

  lead(id: string, order: Order | undefined): Promise<EndName> {
    const known = this.sagas.get(id);
    if (known) return known;
    const saga = new Saga(id, this.options);
    const forget = () => {
      this.sagas.delete(id);
    };
    const promise = saga.begin(order).then(() => saga.goOn());
    this.sagas.set(id, promise);
    promise.then(forget, forget);
    return promise;
  }
}

class Saga {
  readonly id: string;
  readonly options: Required<OrchestratorOptions>;

  constructor(id: string, options: Required<OrchestratorOptions>) {
    this.id = id;
    this.options = options;
  }

  begin(order: Order | undefined): Promise<unknown> {
    if (order === undefined || this.events().length > 0) return Promise.resolve();
    const ids = { correlationId: this.id, causationId: null };
    return this.note("saga.started", { ...ids, kind: "started", order });
  }

  goOn(): Promise<EndName> {
    const end = endOf(this.options.journal, this.id);
    if (end) return Promise.resolve(end);
    const decision = decide(this.options.process, this.events());
    const work = decision.type === "ask" ? this.ask(decision) : this.end(decision);
    return work.then(() => this.goOn());
  }

  ask(decision: Decision & { type: "ask" }): Promise<unknown> {
    const { process } = this.options;
    const { step, way, attempt } = decision;
    const { participant, pause, timeLimit } = stepOf(process, step);
    const command = commandOf(process, step, way);
    const about = { correlationId: this.id, step, way, attempt, command };
    let wait = 0;
    for (let again = 1; again < attempt; again++) wait = again === 1 ? pause : wait * 2;

    return this.sleep(wait)
      .then(() => {
        const causationId = this.newest();
        return this.note("step.requested", { ...about, causationId, kind: "requested" });
      })
      .then((request) => {
        const [{ data: first } = { data: undefined }] = this.events();
        if (first?.kind !== "started") throw new Error("a saga without a beginning");
        const key = JSON.stringify([this.id, way, step]);
        const because = { ...about, causationId: request.id };
        const answer = this.options.send({
          ...because,
          key,
          participant,
          name: command,
          order: first.order,
        });
        return this.hear(answer, timeLimit, because);
      });
  }

  hear(
    answer: Promise<Reply>,
    timeLimit: number,
    about: Omit<SagaData & { kind: "requested" }, "kind">,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let over = false;
      const giveUp = (reason: string) => {
        if (over) return;
        over = true;
        callOff();
        const data: SagaData = { ...about, kind: "unanswered", reason };
        this.note("step.unanswered", data).then(resolve, reject);
      };
      const callOff = this.options.timer(timeLimit, () => giveUp("too slow"));
      answer.then(
        ({ name, outcome, reason }) => {
          const data: SagaData = { ...about, kind: outcome };
          const written = this.note(
            name,
            reason === undefined ? data : { ...data, reason },
          );
          if (over) {
            written.catch(() => undefined);
            return;
          }
          over = true;
          callOff();
          written.then(resolve, reject);
        },
        (error) => giveUp(messageOf(error)),
      );
    });
  }

  async end({ name, reason }: Decision & { type: "end" }): Promise<unknown> {
    const ids = { correlationId: this.id, causationId: this.newest() };
    const data: SagaData =
      reason === undefined
        ? { ...ids, kind: "ended" }
        : { ...ids, kind: "ended", reason };
    const event = createEvent(name, data, this.options.clock());
    const tell = this.options.alarm;
    if (name === "saga.stuck") await tell(event);
    return this.options.journal.append(event);
  }

  /** In pieces that `setTimeout` can count; before the first attempt, too, for no time at all. */
  sleep(ms: number): Promise<void> {
    const piece = Math.min(ms, 2 ** 31 - 1);
    const over = new Promise<void>((resolve) => void this.options.timer(piece, resolve));
    return piece < ms ? over.then(() => this.sleep(ms - piece)) : over;
  }

  events(): readonly SagaEvent[] {
    return this.options.journal.of(this.id);
  }

  newest(): string | null {
    return this.events().at(-1)?.id ?? null;
  }

  note(name: string, data: SagaData): Promise<SagaEvent> {
    const event = createEvent(name, data, this.options.clock());
    return this.options.journal.append(event).then(() => event);
  }
}
