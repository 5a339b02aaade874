// Who answers the commands and the telephone on any day, and looks at what comes in.
import type { VirtualTime } from "#given/09-saga/further/virtual-time.ts";
import { endOf, type Journal } from "#given/09-saga/given/journal.ts";
import type {
  Command,
  Reply,
  SagaEvent,
  StepData,
} from "#given/09-saga/given/process.ts";
import { answerOn, type Played, toldBy } from "./model.ts";
import { type Day, NONSENSE, THROWN } from "./story.ts";

export class Participants {
  readonly #sent: (Played["sent"][number] & { saga: string })[] = [];
  readonly #alarms: { saga: string; event: SagaEvent; isLate: boolean }[] = [];
  readonly #day: Day;
  readonly #stored: Journal;
  readonly #time: VirtualTime;

  constructor(day: Day, stored: Journal, time: VirtualTime) {
    this.#day = day;
    this.#stored = stored;
    this.#time = time;
  }

  readonly send = (command: Command): Promise<Reply> => {
    const { correlationId: saga, causationId, key } = command;
    const events = this.#stored.of(saga);
    const request = events.findIndex(({ id }) => id === causationId);
    const requests = events.filter(({ data }) => data.kind === "requested");
    const { step, way } = (requests.at(-1) as SagaEvent).data as StepData;
    const what = `${way} ${step}`;
    const at = this.#time.now;
    this.#sent.push({ saga, what, at, request: request + 1, key, says: toldBy(command) });
    const times = this.sentOf(saga).filter((one) => one.what === what).length;
    const { says, after } = answerOn(this.#day, saga)(step, way, times);
    const [thrown] = THROWN[says] ?? [];
    // Some throw before there is a promise.
    if (says === "throws undefined" && after === 0) throw thrown;
    return new Promise((resolve, reject) => {
      const outcome = says === "yes" ? "done" : "refused";
      const settle = () => {
        if (says in THROWN) reject(thrown);
        else if (says in NONSENSE) resolve(NONSENSE[says] as Reply);
        else if (says !== "nothing")
          resolve({
            ...{ name: `${what} ${says}`, outcome },
            ...(says === "no" && { reason: "says no" }),
          });
      };
      if (after === 0) settle();
      else this.#time.timer(after, settle);
    });
  };

  readonly alarm = (event: SagaEvent): unknown => {
    const { deaf, lesson } = this.#day;
    if (lesson < 7) return;
    const saga = event.data.correlationId;
    const call = { saga, event, isLate: false };
    const calls = this.#alarms.push(call);
    return new Promise<void>((resolve, reject) => {
      const fail = () => reject(calls === 1 ? undefined : new Error("the phone is dead"));
      this.#time.timer(10, () => {
        call.isLate = endOf(this.#stored, saga) !== undefined;
        return calls <= deaf ? fail() : resolve();
      });
    });
  };

  sentOf(saga: string): Played["sent"] {
    return this.#sent.filter((one) => one.saga === saga);
  }

  /** What the alarm was called with for a saga, and what is wrong with that. */
  alarmsOf(saga: string): string[] {
    const own = this.#alarms.filter((one) => one.saga === saga);
    const end = this.#stored.of(saga).find(({ data }) => data.kind === "ended");
    return own.map(({ event: { id, name }, isLate }, at) => {
      if (isLate) return `${name}, which is written before that call has ended`;
      if (!end || at < own.length - 1) return name;
      if (id !== end.id) return `${name}, which is not what is written`;
      return at < this.#day.deaf
        ? `${name}, which is written although that call fails`
        : name;
    });
  }
}
