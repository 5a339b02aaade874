/** Days of two queued buses on one bus, in step 8. */
import fc from "fast-check";
import { catchEscaped, checkDays, type Observation } from "#any-day";
import type { BusEvent, Unsubscribe } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { QueuedBusClass, QueuedBusOptions, WorkingBus } from "#bus/queue-contract";
import { QueuedBus } from "#lesson/04-event-queue/queued-bus.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { Book, optionsOf } from "./book.ts";
import { SlowBus } from "./model.ts";

export const BUS_RULES = {
  before: "`emit` returns before any listener is called",
  called: "a listener is called with data and event, for all that matches its pattern",
  retry: "a retry calls only the listener that failed",
  gone: "a listener that fails for good costs a dead letter and a call of `onError`",
  leaves: "`unsubscribe` ends a subscription, but what was emitted before is still heard",
  once: "the same listener under the same pattern counts once, under two patterns twice",
  ends: "the function that `subscribe` returns ends that subscription and no other",
  flush: "`flush` waits until the bus behind has stored, then for the worker, or rejects",
};
type BusRule = keyof typeof BUS_RULES;

const PATTERNS = ["order.paid", "order.*", "#", "order.created", "#.paid"];
const NAMES = ["order.paid", "order.created", "user.left"];

interface Command {
  does:
    | ("subscribe" | "unsubscribe" | "end" | "emit" | "deliver")
    | ("break" | "flush" | "stop" | "start" | "putBack");
  /** Which of the two buses. */
  which: number;
  pattern: number;
  listener: number;
}
interface Day {
  behind: "forgets" | "stores" | "cannot store";
  concurrency: number;
  attempts: number;
  timeLimit: number;
  onError: "listens" | "throws" | "rejects" | "is not given";
  patterns: string[];
  commands: Command[];
}

const command: fc.Arbitrary<Command> = fc.record({
  does: fc.constantFrom<Command["does"][]>(
    ...(["subscribe", "subscribe", "subscribe", "emit", "emit", "emit", "end"] as const),
    ...(["unsubscribe", "end", "deliver", "break", "stop", "start", "putBack"] as const),
    ...(["flush", "flush", "unsubscribe"] as const),
  ),
  which: fc.constantFrom(0, 0, 0, 1),
  pattern: fc.constantFrom(0, 0, 1),
  listener: fc.constantFrom(0, 0, 1, 2),
});
const days: fc.Arbitrary<Day> = fc.record<Day>({
  behind: fc.constantFrom("forgets", "stores", "cannot store"),
  concurrency: fc.constantFrom(1, 2),
  attempts: fc.constantFrom(1, 2),
  timeLimit: fc.constantFrom(Infinity, 30),
  onError: fc.constantFrom("listens", "throws", "rejects", "is not given"),
  patterns: fc.shuffledSubarray(PATTERNS, { minLength: 2, maxLength: 2 }),
  commands: fc.noBias(fc.array(command, { maxLength: 24, size: "max" })),
});

type Data = { orderId: number };

function play(day: Day, BusOf: QueuedBusClass): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const time = new SimulatedTime();
    const book = new Book(BUS_RULES);
    /** The rule that the latest command is about. */
    let about: BusRule = "called";
    let isBroken = false;
    let calls = 0;
    let orders = 0;
    const ends: Unsubscribe[] = [];
    const known = new Set<string>();
    const delivered: BusEvent[] = [];
    const behind = day.behind === "forgets" ? new EventBus() : new StoringBus(day, time);
    const listeners = ["email", "sms", "analytics"].map((name) => hire(name));
    const buses = [0, 1].map((which) => {
      const told = (event: BusEvent) => `${orderOf(event)} on bus ${which + 1}`;
      const { concurrency, attempts, timeLimit } = day;
      return new BusOf(behind, {
        ...{ concurrency, attempts, timeLimit, timers: time, firstDelay: 7 },
        ...{ maxDelay: 9, random: () => 0.5 },
        onRetry: ({ job, delay }) =>
          note("retry", `onRetry: ${told(job.event)}, delay ${delay}`),
        ...(day.onError !== "is not given" && {
          onError(error, event, pattern) {
            note("gone", `onError: ${(error as Error).name}, ${told(event)}, ${pattern}`);
            if (day.onError === "throws") throw new Error("the pager is broken");
            return day.onError === "rejects" && Promise.reject(new Error("broken"));
          },
        }),
      } as QueuedBusOptions);
    });
    const lines = linesOf(day);
    for (const [at, command] of day.commands.entries()) {
      perform(command, lines[at] as string);
      await look();
    }
    await time.pass(1_000);
    await look();
    book.see("gone", "rejections that nobody handles", escaped.failures.length);
    book.see("gone", "something is printed on stderr", escaped.stderr !== "");
    return book.seen;

    /** The two buses take turns as they like, so what happens at one moment has no order. */
    function note(rule: BusRule, what: string): void {
      const line = `at ${time.now()} ms: ${what}`;
      book.note(line, rule, line);
    }

    function hire(name: string) {
      const listener = (data: unknown, event: BusEvent): unknown => {
        calls += 1;
        const isEvent = behind.history.includes(event) || delivered.includes(event);
        const isRight = isEvent && data === event.data;
        const what = `${name} is called for ${orderOf(event)}`;
        note(about, isRight ? what : `${what}, but not with its data and the event`);
        if (name === "analytics") return undefined;
        const end = () => {
          if (isBroken) throw new Error("server down");
        };
        return name === "sms" ? time.wait(50).then(end) : end();
      };
      return Object.assign(listener, { title: name });
    }

    function perform(command: Command, what: string): void {
      const { does, which, listener: at } = command;
      const bus = buses[which] as WorkingBus;
      const pattern = day.patterns[command.pattern] as string;
      const listener = listeners[at] as (typeof listeners)[number];
      const name = NAMES[command.listener] as string;
      const before = calls;
      if (does === "subscribe") {
        const key = `${which} ${pattern} ${at}`;
        about = known.has(key) ? "once" : "called";
        known.add(key);
        ends.push(bus.subscribe(pattern, listener));
      }
      if (does === "unsubscribe") {
        about = "leaves";
        book.see("leaves", what, bus.unsubscribe(pattern, listener));
      }
      if (does === "end" && ends.length > 0) {
        about = "ends";
        book.see("ends", what, ends[at % ends.length]?.());
      }
      if (does === "emit") bus.emit(name, { orderId: ++orders });
      const past = behind.history[at];
      if (does === "deliver" && past) {
        delivered.push({ ...past, replayed: true });
        bus.deliver(delivered.at(-1) as BusEvent);
      }
      if (does === "break") isBroken = !isBroken;
      if (does === "flush") about = "flush";
      if (does === "flush")
        book.follow("flush", what, bus.flush(), () => `resolves at ${time.now()} ms`);
      if (does === "stop" || does === "start") bus[does]();
      const letter = bus.deadLetters[0];
      if (does === "putBack" && letter) bus.putBack(letter);
      if (does === "emit" || does === "deliver")
        book.see("before", "calls when emit or deliver returns", calls - before);
    }

    async function look(): Promise<void> {
      await book.tellNews();
      await time.pass(20);
      await book.tellNews();
      for (const { waiting, deadLetters } of buses) {
        book.see(about, "events that wait", waiting);
        const letters = deadLetters.map(({ job, attempts }) => {
          const { title } = job.listener as (typeof listeners)[number];
          return `${orderOf(job.event)} for ${title} by ${job.pattern}, ${attempts} attempts`;
        });
        book.see("gone", "dead letters", letters.sort().join("; "));
      }
    }
  });
}

/** A bus that takes 20 ms to store, and then has one more event, or says that it cannot. */
class StoringBus extends EventBus {
  readonly #day: Day;
  readonly #time: SimulatedTime;

  constructor(day: Day, time: SimulatedTime) {
    super();
    this.#day = day;
    this.#time = time;
  }

  async flush(): Promise<void> {
    await this.#time.wait(20);
    if (this.#day.behind === "cannot store") throw "the disk is full";
    this.emit("order.created", { orderId: 0 });
  }
}

function orderOf({ name, data, replayed }: BusEvent): string {
  return `${name} ${(data as Data).orderId}${replayed ? ", replayed" : ""}`;
}

/** One line for each command; an empty one where nothing happens. */
function linesOf({ patterns, commands }: Day): string[] {
  let subscribed = 0;
  let isBroken = false;
  return commands.map(({ does, which, pattern, listener }) => {
    const own = `${["email", "sms", "analytics"][listener]} to "${patterns[pattern]}"`;
    const bus = ` on bus ${which + 1}`;
    if (does === "subscribe") subscribed += 1;
    if (does === "break") isBroken = !isBroken;
    const end = `the function that subscribe returned at call ${(listener % subscribed) + 1} is called`;
    const special: Partial<Record<Command["does"], string>> = {
      end: subscribed > 0 ? end : "",
      emit: `emit ${NAMES[listener]}${bus}`,
      deliver: `deliver past event ${listener + 1}${bus}`,
      break: `the mail server ${isBroken ? "goes down" : "is back"}`,
      putBack: `put the oldest dead letter back${bus}`,
    };
    const what = does.endsWith("subscribe") ? `${does} ${own}` : does;
    return special[does] ?? what + bus;
  });
}

/** Registers the checks that days make: one for each of these rules, and one for all that holds. */
export function anyBusDay(...rules: BusRule[]): void {
  const titles = rules.map((rule) => BUS_RULES[rule]);
  checkDays<Day>(8, titles, {
    day: days,
    play: (day) => play(day, QueuedBus),
    model: (day) => play(day, SlowBus as QueuedBusClass),
    story: (day) => [
      ...optionsOf([
        [day.behind !== "forgets", `the bus behind ${day.behind}`],
        [day.concurrency > 1, `concurrency ${day.concurrency}`],
        [true, `attempts ${day.attempts}`],
        [day.timeLimit < Infinity, `timeLimit ${day.timeLimit}`],
        [day.onError !== "listens", `onError ${day.onError}`],
      ]),
      ...linesOf(day).filter((line) => line !== ""),
    ],
    rule: (_day, seen) => seen ?? BUS_RULES.called,
  });
}
