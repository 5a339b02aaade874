// Days made up by chance: sagas of any process, with answers of any kind, on the answer and on a model.
import { test } from "node:test";
import { type AnyDay, budget, catchEscaped, type Observation, playDays } from "#any-day";
import { type Crash, Life } from "#given/09-saga/further/sweep.ts";
import { VirtualTime } from "#given/09-saga/further/virtual-time.ts";
import { endOf, MemoryJournal } from "#given/09-saga/given/journal.ts";
import { commandOf, type Process, type SagaEvent } from "#given/09-saga/given/process.ts";
import { decide } from "#lesson/09-saga/decide.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { notesIn, playJournal } from "./any-journal.ts";
import { answerOn, Desk } from "./any-participant.ts";
import { daysOf } from "./day.ts";
import { orderNamed } from "./desk.ts";
import { type Line, type Played, slowDecide, slowSaga } from "./model.ts";
import {
  type Day,
  nameOf,
  processOf,
  RULES,
  type Rule,
  ruleOf,
  storyOf,
} from "./story.ts";

type See = (rule: Rule, what: string, value: unknown) => void;

/** What can be seen of one saga, in the journal and from outside. */
function seePlayed(see: See, saga: string, { lines, sent, alarms }: Played): void {
  for (const [
    at,
    { name, step, way, attempt, cause, reason, at: time },
  ] of lines.entries()) {
    const about = step < 0 ? "" : `, ${nameOf(step, way)}, attempt ${attempt}`;
    const line = `line ${at + 1} of ${saga}`;
    see("written", line, `${name}${about}`);
    const isAgain = name === "step.requested" && attempt > 1;
    see(isAgain ? "pauses" : "limit", `${line}, ${name}, is of`, `${time} ms`);
    see(
      name === "step.unanswered" ? "limit" : "ids",
      `${line}, ${name}, was caused by line`,
      cause,
    );
    const owners = { "saga.stuck": "stuck", "step.unanswered": "broken" } as const;
    const rule = owners[name as keyof typeof owners] ?? "reasons";
    see(rule, `${line}, ${name}, has the reason`, reason);
  }
  for (const { what, at, request } of sent)
    see("command", `${saga}: ${what} is asked at ${at} ms because of line`, request);
  see("alarm", `calls of the alarm for ${saga}`, alarms);
}

/** The journal of a saga, in the words of the model, which leaves some things open. */
function linesOf(
  process: Process,
  events: readonly SagaEvent[],
  { lines: wanted }: Played,
): Line[] {
  return events.map((event, index) => {
    const { data, timestamp: at } = event;
    const isNamed =
      !("step" in data) || data.command === commandOf(process, data.step, data.way);
    const name = isNamed
      ? event.name
      : `${event.name} with the command "${data.command}"`;
    const place =
      "step" in data ? data : { step: -1, way: "forward" as const, attempt: 0 };
    const { step, way, attempt } = place;
    const reason = ("reason" in data && data.reason) || "";
    const { reason: right = "", cause: newest = 0 } = wanted[index] ?? {};
    const isFine =
      right === "" || (right === "*" ? reason !== "" : reason.includes(right));
    const cause = events.findIndex(({ id }) => id === data.causationId) + 1;
    // Which event is the newest, when one comes in late at this very moment?
    const isOpen =
      /requested|ended/.test(data.kind) &&
      isLate(wanted, newest) &&
      wanted[newest - 1]?.at === at &&
      cause > 0;
    return {
      ...{ name, kind: data.kind as Line["kind"], at, step, way, attempt },
      cause: isOpen && cause <= index ? newest : cause,
      reason: isFine ? right : reason || "none",
    };
  });
}

function isLate(lines: Line[], number: number): boolean {
  const cause = lines[number - 1]?.cause;
  const earlier = lines.slice(0, number - 1);
  return earlier.some((one) => one.kind === "unanswered" && one.cause === cause);
}

/** What each call that begins a life resolves with. */
function endsOf(day: Day, endOfSaga: (saga: string) => unknown): unknown[] {
  return day.sagas.flatMap((saga) =>
    day.calls.map((call) => (call === "start" ? endOfSaga(saga) : undefined)),
  );
}

function playModel(day: Day, models: Played[]): Observation[] {
  const { seen, see } = notebook();
  for (const [at, saga] of day.sagas.entries())
    seePlayed(see, saga, models[at] as Played);
  const endOfSaga = (saga: string) =>
    models[day.sagas.indexOf(saga)]?.lines.find(({ kind }) => /ended/.test(kind))?.name;
  see("once", "the calls resolve with", endsOf(day, endOfSaga).join());
  see("ended", "after a restart, `start` resolves with", day.sagas.map(endOfSaga).join());
  see("ended", "lines written after the end", 0);
  see("key", "what is wrong with the keys", "");
  see("command", "commands that do not say what was requested", "");
  see("lateError", "failures that nobody handles", 0);
  return seen;
}

function notebook() {
  const seen: Observation[] = [];
  const see: See = (rule, what, value) => seen.push({ rule: RULES[rule], what, value });
  return { seen, see };
}

function playAnswer(day: Day, models: Played[]): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const { seen, see } = notebook();
    const process = processOf(day);
    const time = new VirtualTime();
    const stored = new MemoryJournal();
    const desk = new Desk(day, process, stored, time);
    const begin = (crash?: Crash) => {
      const life = new Life(stored, desk.send, time, crash);
      const { journal, send, timer } = life;
      const alarm = (event: SagaEvent) =>
        void (life.dead || !day.watchesAlarm || desk.alarms.push(event));
      const { clock } = time;
      const options = { process, journal, send, alarm, clock, timer };
      return { life, orchestrator: new Orchestrator(options) };
    };
    const crashes = [...day.crashes];
    let ends: unknown[] | undefined;
    for (let over = false; !over; ) {
      const { life, orchestrator } = begin(crashes.shift());
      const calls = endsOf(day, (saga) => saga).map((saga) =>
        saga ? orchestrator.start(orderNamed(`${saga}`)) : orchestrator.resume(),
      );
      const died = life.died.then(() => undefined);
      ends = await time.until(Promise.race([Promise.all(calls), died]));
      if (ends) await time.untilQuiet();
      over = !life.dead;
    }
    for (const [at, saga] of day.sagas.entries()) {
      const lines = linesOf(process, stored.of(saga), models[at] as Played);
      const ofSaga = ({ data }: SagaEvent) => data.correlationId === saga;
      const alarms = desk.alarms.filter(ofSaga).length;
      seePlayed(see, saga, {
        lines,
        sent: desk.sent.get(saga) ?? [],
        alarms,
        open: false,
      });
    }
    see("once", "the calls resolve with", ends?.join());
    const count = () => day.sagas.flatMap((saga) => stored.of(saga)).length;
    const before = count();
    // Before step 7, nobody starts an order again.
    const isOnce = day.crashes.length === 0 && day.calls.length === 1;
    const { orchestrator } = begin();
    const again = isOnce
      ? day.sagas.map((saga) => endOf(stored, saga))
      : await time.until(
          orchestrator
            .resume()
            .then(() =>
              Promise.all(day.sagas.map((saga) => orchestrator.start(orderNamed(saga)))),
            ),
        );
    see("ended", "after a restart, `start` resolves with", again.join());
    see("ended", "lines written after the end", count() - before);
    see("key", "what is wrong with the keys", [...desk.wrongKeys].sort().join("; "));
    const commands = [...desk.wrongCommands].sort().join("; ");
    see("command", "commands that do not say what was requested", commands);
    see("lateError", "failures that nobody handles", escaped.failures.length);
    return seen;
  });
}
function modelsOf(day: Day): Played[] {
  return day.sagas.map((saga) => slowSaga(day, processOf(day), answerOn(day, saga)));
}

/** The lesson's days up to a step, as `#any-day` plays them. */
function lessonDays(step: number): AnyDay<Day> {
  const onSagas =
    (play: (day: Day, models: Played[]) => Observation[] | Promise<Observation[]>) =>
    (day: Day) => {
      const models = modelsOf(day);
      return models.some(({ open }) => open) ? [] : play(day, models);
    };
  const common = { day: daysOf(step), story: storyOf, rule: ruleOf };
  if (step < 4) {
    const model = (day: Day) =>
      playJournal(day, (process, events) => slowDecide(process, notesIn(events)));
    return { ...common, play: (day) => playJournal(day, decide), model };
  }
  return { ...common, play: onSagas(playAnswer), model: onSagas(playModel) };
}

/** Registers the check that nothing goes wrong on any day of the steps up to this one. */
export function anyDay(step: number): void {
  test(`step ${step} · on any day, all of this holds`, () =>
    playDays(lessonDays(step), budget()));
}
