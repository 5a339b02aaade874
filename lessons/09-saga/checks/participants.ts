// Who answers the commands and the telephone on any day, and looks at what comes in.
import { inspect } from "node:util";
import type { VirtualTime } from "#given/09-saga/further/virtual-time.ts";
import type { Journal } from "#given/09-saga/given/journal.ts";
import type { Command, Reply, SagaEvent } from "#given/09-saga/given/process.ts";
import { answerOn, type Note, type Played, toldBy } from "./model.ts";
import { type Day, NONSENSE, replyOf, THROWN } from "./story.ts";

export function participantsOf(day: Day, stored: Journal, time: VirtualTime) {
  const sent: { command: Command; saga: string; what: string; at: number }[] = [];
  const alarms: { saga: string; event: SagaEvent; isLate: boolean }[] = [];

  function send(command: Command): Promise<Reply> {
    const saga = command.correlationId;
    const requests = stored.of(saga).filter(({ data }) => data.kind === "requested");
    const { step, way } = (requests.at(-1) as SagaEvent).data as Note;
    const what = `${way} ${step}`;
    sent.push({ command, saga, what, at: time.now });
    const times = sentOf(saga).filter((one) => one.what === what).length;
    const { says, after } = answerOn(day, saga)(step, way, times);
    const [thrown] = THROWN[says] ?? [];
    // Some throw before there is a promise.
    if (says === "throws undefined" && after === 0) throw thrown;
    return new Promise((resolve, reject) => {
      const settle = () => {
        if (says in THROWN) reject(thrown);
        else if (says in NONSENSE) resolve(NONSENSE[says] as Reply);
        else if (says !== "nothing") resolve(replyOf(says, step, way));
      };
      if (after === 0) settle();
      else time.timer(after, settle);
    });
  }

  function alarm(event: SagaEvent): unknown {
    if (day.lesson < 7) return;
    const saga = event.data.correlationId;
    const call = { saga, event, isLate: false };
    const calls = alarms.push(call);
    const end = () => {
      call.isLate = stored.of(saga).some(({ id }) => id === event.id);
      if (calls <= day.deaf)
        throw calls === 1 ? undefined : new Error("the phone is dead");
    };
    if (day.callTakes === 0) return end();
    const called = time.pass(day.callTakes).then(end);
    // It can be awaited, which is all that anybody may ask of it.
    // biome-ignore lint/suspicious/noThenProperty: work may return one
    return { then: called.then.bind(called) };
  }

  /** What was sent for a saga. It is read at the end: whoever sends a command keeps it as it is. */
  function sentOf(saga: string): Played["sent"] {
    const own = sent.filter((one) => one.saga === saga);
    return own.map(({ command, what, at }) => {
      const { causationId, key } = command;
      const request = stored.of(saga).findIndex(({ id }) => id === causationId) + 1;
      return { what, at, request, key, says: toldBy(command) };
    });
  }

  /** What the alarm was called with for a saga, and what is wrong with that. */
  function alarmsOf(saga: string): string[] {
    const own = alarms.filter((one) => one.saga === saga);
    const end = stored.of(saga).find(({ data }) => data.kind === "ended");
    return own.map(({ event, isLate }, at) => {
      const { name } = event;
      if (isLate) return `${name}, which is written before that call has ended`;
      if (end?.name !== "saga.stuck" || at < own.length - 1) return name;
      if (inspect(event) !== inspect(end)) return `${name}, which is not what is written`;
      return at < day.deaf ? `${name}, which is written although that call fails` : name;
    });
  }

  return { send, alarm, sentOf, alarmsOf };
}
