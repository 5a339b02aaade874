// Who answers a saga's commands on any day.
import type { VirtualTime } from "#given/09-saga/further/virtual-time.ts";
import type { Journal } from "#given/09-saga/given/journal.ts";
import {
  type Command,
  commandOf,
  type Process,
  type Reply,
  type SagaEvent,
  type StepData,
} from "#given/09-saga/given/process.ts";
import type { Played } from "./model.ts";
import type { Answer, Day } from "./story.ts";

/** The participants of a day: they answer as it says, and look at each command. */
export class Desk {
  readonly sent: Map<string, Played["sent"]>;
  readonly alarms: SagaEvent[] = [];
  readonly wrongKeys = new Set<string>();
  readonly wrongCommands = new Set<string>();
  readonly #whose = new Map<string, string>();
  readonly #day: Day;
  readonly #process: Process;
  readonly #journal: Journal;
  readonly #time: VirtualTime;

  constructor(day: Day, process: Process, journal: Journal, time: VirtualTime) {
    this.#day = day;
    this.#process = process;
    this.#journal = journal;
    this.#time = time;
    this.sent = new Map(day.sagas.map((saga) => [saga, []]));
  }

  readonly send = (command: Command): Promise<Reply> => {
    const { correlationId: saga, causationId } = command;
    const events = this.#journal.of(saga);
    const request = events.findIndex(({ id }) => id === causationId);
    const data = events[request]?.data as StepData;
    const what = `${data.way} ${data.step}`;
    this.#look(command, data, `${saga} ${what}`);
    const sent = this.sent.get(saga) ?? [];
    sent.push({ what, at: this.#time.now, request: request + 1 });
    const times = sent.filter((one) => one.what === what).length;
    const { says, after } = answerOn(this.#day, saga)(data.step, data.way, times);
    if (says === "throws undefined" && after === 0) throw undefined;
    return new Promise((resolve, reject) => {
      const outcome = says === "yes" ? "done" : says === "no" ? "refused" : "perhaps";
      const settle = () => {
        if (says === "breaks") reject(new Error("breaks"));
        else if (says === "throws undefined") reject(undefined);
        else if (says !== "nothing")
          resolve({ name: `${what} ${says}`, outcome, reason: `says ${says}` } as Reply);
      };
      if (after === 0) settle();
      else this.#time.timer(after, settle);
    });
  };

  #look(
    { key, name, way, participant, order }: Command,
    data: StepData,
    what: string,
  ): void {
    const whose = this.#whose.get(key) ?? what;
    if (whose !== what) this.wrongKeys.add(`${whose} and ${what} have one key`);
    for (const [other, owner] of this.#whose)
      if (owner === what && other !== key) this.wrongKeys.add(`${what} has two keys`);
    this.#whose.set(key, what);
    const { step, correlationId } = data;
    const isRight =
      name === commandOf(this.#process, step, data.way) &&
      name === data.command &&
      way === data.way &&
      participant === this.#process.steps[step]?.participant &&
      order?.id === correlationId;
    if (!isRight) this.wrongCommands.add(what);
  }
}

/** How the participants answer on this day. */
export function answerOn({ answers, sagas }: Day, saga: string) {
  return (step: number, way: string, time: number): Answer =>
    answers.find(
      (one) =>
        one.saga === sagas.indexOf(saga) &&
        one.step === step &&
        one.way === way &&
        one.time === time,
    )?.answer ?? { says: "yes", after: 0 };
}
