// The days of steps 4 to 7: sagas of any process, with answers of any kind, on the answer and on a model.
import { catchEscaped, type Observation } from "#any-day";
import { Life } from "#given/09-saga/further/sweep.ts";
import { VirtualTime } from "#given/09-saga/further/virtual-time.ts";
import { endOf, MemoryJournal } from "#given/09-saga/given/journal.ts";
import {
  commandOf,
  type SagaEvent,
  type Send,
  type StepData,
  type Timer,
} from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { orderNamed, orNone, someTurns } from "./desk.ts";
import type { Line, Played } from "./model.ts";
import { participantsOf } from "./participants.ts";
import { type Day, nameOf, processOf, RULES, type Rule, short } from "./story.ts";

/** What is seen of the sagas of a day; of the rest, what must be so at the end of every day. */
export function look(
  day: Day,
  sagas: Played[],
  rest = { lines: true, timer: 0, lateError: 0 },
): Observation[] {
  const seen: Observation[] = [];
  const see = (rule: Rule, what: string, value: unknown) =>
    seen.push({ rule: RULES[rule], what, value });
  const alarm = day.deaf > 0 ? "deaf" : "alarm";
  for (const [at, { lines, alarms, rounds }] of sagas.entries()) {
    const saga = day.sagas[at];
    const wrong = alarms.filter((call) => call !== "saga.stuck").join("; ");
    see(alarm, `what is wrong with the alarm for ${saga}`, wrong || "nothing");
    for (const [at, line] of lines.entries()) {
      const { name, kind, step, way, attempt, cause, reason, at: time } = line;
      const about = step < 0 ? "" : `, ${nameOf(day, step, way)}, attempt ${attempt}`;
      const which = `line ${at + 1} of ${saga}`;
      const isSilence = kind === "unanswered";
      const isAgain = kind === "requested" && attempt > 1;
      see("written", which, `${name}${about}`);
      const clock = day.lesson < 5 ? "clock" : isAgain ? "pauses" : "limit";
      see(clock, `${which}, ${name}, has the time`, `${time} ms`);
      see(isSilence ? "limit" : "ids", `${which}, ${name}, was caused by line`, cause);
      const words = reason === "*" ? "any text" : short(reason) || "none";
      see(isSilence ? "broken" : "reasons", `${which}, ${name}, has the reason`, words);
    }
    see(alarm, `calls of the alarm for ${saga}`, alarms.length);
    for (const [round, { rule, calls }] of rounds.entries())
      see(rule, `what the calls of round ${round + 1} for ${saga} come to`, calls);
  }
  const commands = sagas.flatMap(({ sent }, at) =>
    sent.map((one) => ({ ...one, saga: day.sagas[at] })),
  );
  for (const { saga, what, at, request, says, key } of commands) {
    const first = commands.findIndex((one) => one.key === key);
    see("command", `${saga}: ${what} at ${at} ms`, `${says}, because of line ${request}`);
    see("key", `${saga}: ${what} at ${at} ms has the same key as command`, first + 1);
  }
  see("ended", "further calls leave the journal as it is", rest.lines);
  see("timer", "timers still set when an answer or its absence is stored", rest.timer);
  const late = day.refusals.length > 0 ? "lateFull" : "lateError";
  see(
    day.lesson === 6 ? late : "written",
    "failures that nobody handles",
    rest.lateError,
  );
  return seen;
}

export function playAnswer(day: Day, models: Played[]): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const time = new VirtualTime();
    const stored = new MemoryJournal();
    const participants = participantsOf(day, stored, time);
    const crashes = [...day.crashes];
    const clock = () => day.clock * time.now;
    let [appends, timersSet] = [0, 0];

    const begin = () => {
      const life = new Life(stored, participants.send, time, crashes.shift());
      const timers = new Set<unknown>();
      const timer: Timer = (ms, ring) => {
        const callOff = life.timer(ms, () => [stop(), ring()]);
        const stop = () => [timers.delete(callOff), callOff()];
        timers.add(callOff);
        return () => void stop();
      };
      const append = async (event: SagaEvent) => {
        const { correlationId: saga, causationId, kind } = event.data;
        const isLate = stored
          .of(saga)
          .some((one) => one.data.causationId === causationId);
        const counts = !life.dead && (isLate || day.lesson !== 6);
        const isRefused = counts && day.refusals.includes(++appends);
        const stores = isRefused ? someTurns() : life.journal.append(event);
        await null;
        callAgain(saga);
        await stores;
        const isAlone = day.sagas.length === 1 && day.lesson >= 5;
        if (isAlone && !isLate && !/started|ended/.test(kind)) timersSet += timers.size;
        // What a journal rejects with need not be an Error.
        if (isRefused) return Promise.reject();
        // Not at once: nobody says what a call from inside the alarm does.
        time.timer(1, () => callAgain(saga));
      };
      const journal = { ...life.journal, append };
      const callAgain = (saga: string) => {
        if (!life.dead && day.calls.length > 1) void [start(saga), resume(saga)];
      };
      const alarm = (event: SagaEvent) =>
        life.dead ? undefined : participants.alarm(event);
      const send: Send = (command) => {
        const saga = command.correlationId;
        callAgain(saga);
        // Whether it names the request that led to it is asked later.
        const isAsked = stored.of(saga).at(-1)?.data.kind === "requested";
        return isAsked && life.acts() ? participants.send(command) : life.send(command);
      };
      const options = { process: processOf(day), journal, send, alarm, clock, timer };
      return { life, orchestrator: new Orchestrator(options) };
    };
    let { life, orchestrator } = begin();

    const start = async (saga: string): Promise<string> => {
      const hadEnded = endOf(stored, saga) !== undefined;
      // Until it has begun, the customer may still change the order.
      const cents = stored.of(saga).length > 0 ? 9_900 : 2_500 + rounds.length;
      const end = await orNone(orchestrator.start(orderNamed(saga, cents)).then(String));
      const written = endOf(stored, saga);
      const but = end && end !== written ? `, but ${written} is stored` : "";
      return `${end ?? "rejects"}${but} at ${hadEnded ? 0 : time.now} ms`;
    };
    const resume = async (saga: string): Promise<string> => {
      // It need not wait for what had not begun when it was called.
      const counts = stored.of(saga).length > 0;
      const resolves = await orNone(orchestrator.resume().then(() => true));
      return counts ? `${resolves ? endOf(stored, saga) : "rejects"}` : "nothing";
    };
    const rounds: string[][] = [];
    while (rounds.length < 30) {
      const calls = day.sagas.map(async (saga, at) => {
        if (at > 0) await time.pass(at * day.apart);
        return Promise.all(day.calls.map((call) => ({ start, resume })[call](saga)));
      });
      const died = life.died.then(() => undefined);
      const settled = await time.until(Promise.race([Promise.all(calls), died]));
      if (settled) rounds.push(settled.map((each) => each.join(", ")));
      const isAgain = settled?.flat().some((call) => call.startsWith("rejects"));
      if (isAgain && day.lesson >= 7) continue;
      if (settled) await time.untilQuiet();
      if (!life.dead) break;
      ({ life, orchestrator } = begin());
    }

    const size = () => day.sagas.map((saga) => stored.of(saga).length).join();
    const before = size();
    // Before step 7, nobody starts an order again.
    const again = day.lesson >= 7 ? [orchestrator, begin().orchestrator] : [];
    for (const one of again) {
      await time.until(one.resume());
      for (const saga of day.sagas) await time.until(one.start(orderNamed(saga)));
    }
    const sagas = day.sagas.map(
      (saga, at): Played => ({
        lines: linesOf(day, stored.of(saga), (models[at] as Played).lines),
        sent: participants.sentOf(saga),
        alarms: participants.alarmsOf(saga),
        rounds: rounds.map((calls) => ({ rule: "once", calls: calls[at] ?? "" })),
        open: false,
      }),
    );
    const lateError = escaped.failures.length;
    return look(day, sagas, { lines: size() === before, timer: timersSet, lateError });
  });
}

/** The journal of a saga, in the words of the model. */
function linesOf(day: Day, events: readonly SagaEvent[], wanted: Line[]): Line[] {
  const process = processOf(day);
  return events.map(({ name, data, timestamp }, index) => {
    const about: Partial<Omit<StepData, "kind">> = data;
    const { step = -1, way = "forward", attempt = 0, command, reason = "" } = about;
    const isNamed = step < 0 || command === commandOf(process, step, way);
    const right = wanted[index]?.reason ?? "";
    const isReply = data.kind === "done" || data.kind === "refused";
    const isFine =
      right === "*" ? reason !== "" : isReply ? reason === right : reason.includes(right);
    return {
      name: isNamed ? name : `${name} with the command "${command}"`,
      kind: data.kind,
      ...{ at: timestamp / day.clock, step, way, attempt },
      cause: [null, ...events.map(({ id }) => id)].indexOf(data.causationId),
      reason: isFine ? right : `${JSON.stringify(reason || undefined)}`,
    };
  });
}
