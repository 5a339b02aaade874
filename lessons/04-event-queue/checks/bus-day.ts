/** Days of two queued buses on one bus, in step 8. */
import fc from "fast-check";
import { catchEscaped, checkDays, type Observation } from "#any-day";
import type { AnyListener, BusEvent, OnError, Unsubscribe } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { QueuedBusClass, WorkingBus } from "#bus/queue-contract";
import { QueuedBus } from "#lesson/04-event-queue/queued-bus.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import {
  Book,
  DEFAULTS,
  ERRORS,
  oneOf,
  optionsOf,
  RULES,
  type Rule,
  tellEvent,
  titlesOf,
  told,
} from "./book.ts";
import { fail } from "./fate.ts";
import { SlowBus } from "./slow-bus.ts";

const PATTERNS = ["order.paid", "order.*", "#", "order.created", "#.paid", "constructor"];
const NAMES = ["order.paid", "order.created", "user.left"];
/** A bus is given some of them. The last of two that have the same name counts. */
const OPTIONS = [
  ...Object.entries({ attempts: 1, concurrency: 2, timeLimit: 30 }),
  ...Object.entries({ attempts: 2, firstDelay: 7, maxDelay: 9 }),
];
const QUICK = ["emit", "deliver", "subscribe", "unsubscribe", "end"];
const ENDS = ["first", "latest", "last but one"];
const LISTENERS = ["email", "sms", "analytics"];

interface Command {
  does:
    | ("subscribe" | "unsubscribe" | "end" | "emit" | "deliver")
    | ("break" | "mend" | "flush" | "stop" | "start" | "putBack");
  which: number;
  pattern: number;
  /** Which listener, event or subscription. */
  nth: number;
}
interface Day {
  /** Some commands come at once after others. If not, a listener emits. */
  hurry: boolean;
  behind: "forgets" | "stores" | "cannot store";
  /** Of each bus. */
  options: Partial<typeof DEFAULTS>[];
  onError: "listens" | "throws" | "rejects" | "is not given";
  patterns: string[];
  commands: Command[];
}

const command: fc.Arbitrary<Command> = fc.record({
  does: oneOf<Command["does"]>([
    "subscribe subscribe subscribe emit emit emit end unsubscribe end deliver break stop",
    "start putBack flush flush flush unsubscribe break mend",
  ]),
  which: fc.constantFrom(0, 0, 0, 1),
  pattern: fc.constantFrom(0, 0, 1),
  nth: fc.constantFrom(0, 0, 1, 2),
});
const commands = fc.noBias(fc.array(command, { maxLength: 24, size: "max" }));
const opening = { does: "subscribe", which: 0 } as const;
/** They come under two patterns in turn, so that it shows in which order they are called. */
const OPENING = [0, 1, 0].map((pattern, nth) => ({ ...opening, pattern, nth }));
const options = fc.subarray(OPTIONS).map((some) => Object.fromEntries(some));
const days: fc.Arbitrary<Day> = fc.record<Day>({
  hurry: fc.boolean(),
  behind: fc.constantFrom("forgets", "stores", "cannot store"),
  options: fc.tuple(options, options),
  onError: fc.constantFrom("listens", "throws", "rejects", "is not given"),
  patterns: fc.shuffledSubarray(PATTERNS, { minLength: 2, maxLength: 2 }),
  commands: fc.tuple(fc.subarray(OPENING), commands).map((all) => all.flat()),
});

/** When a worker takes up what it could begin is open, so nothing that it meets comes at once. */
function isHurried({ hurry, commands }: Day, at: number): boolean {
  const isQuick = (one?: Command) => one !== undefined && QUICK.includes(one.does);
  return hurry && isQuick(commands[at]) && isQuick(commands[at + 1]);
}

function play(day: Day, BusOf: QueuedBusClass): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const time = new SimulatedTime();
    const book = new Book(() => `, at ${time.now()} ms`);
    /** The rule that the latest command is about. */
    let about: Rule = "called";
    let [isBroken, calls, orders] = [false, 0, 0];
    const [ends, retries]: [Unsubscribe[], number[]] = [[], []];
    const known = new Set<string>();
    const delivered: BusEvent[] = [];
    const behind = new EventBus();
    if (day.behind !== "forgets") Object.assign(behind, { flush: store });
    const listeners = LISTENERS.map(hire);
    const buses = day.options.map((options, at) => {
      const tellOn = (event: BusEvent) => `${tellSame(event)} on bus ${at + 1}`;
      const onError: OnError = (error, event, pattern) => {
        note("gone", `onError: ${told(error)}, ${tellOn(event)}, ${pattern}`);
        return fail(day.onError);
      };
      return new BusOf(behind, {
        ...{ ...options, timers: time, random: () => 0.5 },
        onRetry: ({ job, delay }) => {
          retries.push(at);
          note("retry", `onRetry: ${tellOn(job.event)}, delay ${delay}`);
          return fail(day.onError);
        },
        ...(day.onError !== "is not given" && { onError }),
      });
    });
    for (const [at, command] of day.commands.entries()) {
      perform(command, tellCommand(command, day.patterns));
      if (!isHurried(day, at)) await look();
    }
    await time.pass(5_000);
    await look();
    const guest = () => {};
    behind.subscribe("#", guest);
    const isEnded = buses[0]?.unsubscribe("#", guest);
    book.see("leaves", "unsubscribe of who listens to the bus behind", isEnded);
    book.see("gone", "rejections that nobody handles", escaped.failures.length);
    const isPrinted = /A listener of|the pager is broken/.test(escaped.stderr);
    book.see("gone", "a failure is printed on stderr", isPrinted);
    return book.seen;

    /** The two buses take turns as they like, so what happens at one moment has no order. */
    function note(rule: Rule, what: string): void {
      book.note(`at ${time.now()} ms: ${what}`, rule, what);
    }

    /** Takes 20 ms to store, and then has one more event, or says that it cannot. */
    async function store(): Promise<void> {
      await time.wait(20);
      if (day.behind === "cannot store") throw "the disk is full";
      behind.emit("order.created", 0);
    }

    function hire(name: string): AnyListener {
      return (data: unknown, event: BusEvent): unknown => {
        calls += 1;
        const what = `${name} is called for ${tellSame(event)}`;
        note(about, data === event.data ? what : `${what}, but not with its data`);
        const pays = event.name === "order.created" && !day.hurry;
        if (name === "analytics") return pays && buses[0]?.emit("order.paid", data);
        const end = () => {
          if (isBroken) throw ERRORS[Number(data) % ERRORS.length];
        };
        return name === "sms" ? time.wait(50).then(end) : end();
      };
    }

    function tellSame(event: BusEvent): string {
      const isSame = behind.history.includes(event) || delivered.includes(event);
      return isSame ? tellEvent(event) : `a copy of ${tellEvent(event)}`;
    }

    function perform({ does, which, pattern: at, nth }: Command, what: string): void {
      const bus = buses[which] as WorkingBus;
      const pattern = day.patterns[at] as string;
      const listener = listeners[nth] as AnyListener;
      const before = calls;
      if (does === "subscribe") {
        const key = `${which} ${pattern} ${nth}`;
        about = known.has(key) ? "once" : "called";
        known.add(key);
        ends.push(bus.subscribe(pattern, listener));
      }
      if (does === "unsubscribe") {
        about = "leaves";
        book.see("leaves", what, bus.unsubscribe(pattern, listener));
      }
      if (does === "end") {
        about = "ends";
        book.see("ends", what, ends.at(-nth)?.());
      }
      const name = NAMES[nth] as string;
      if (does === "emit") bus.emit(name, name === "user.left" ? undefined : [++orders]);
      const past = behind.history[nth];
      if (does === "deliver" && past) {
        delivered.push({ ...past, replayed: true });
        bus.deliver(delivered.at(-1) as BusEvent);
      }
      book.see("before", `calls when ${does} returns`, calls - before);
      if (does === "break" || does === "mend") isBroken = does === "break";
      if (does === "flush") {
        about = "flush";
        book.follow("flush", what, bus.flush());
      }
      // In which order several retries go back is open.
      const isOpen = retries.filter((one) => one === which).length > 1;
      if (does === "start" || (does === "stop" && !isOpen)) bus[does]();
      const letter = bus.deadLetters[0];
      if (does === "putBack" && letter) bus.putBack(letter);
    }

    async function look(): Promise<void> {
      await book.tellNews();
      await time.pass(20);
      await book.tellNews();
      for (const { waiting, deadLetters } of buses) {
        book.see(about, "events that wait", waiting);
        const letters = deadLetters.map(({ job, attempts }) => {
          const name = LISTENERS[listeners.indexOf(job.listener)];
          return `${tellEvent(job.event)} for ${name} by ${job.pattern}, ${attempts} attempts`;
        });
        book.see("gone", "dead letters", letters.sort().join("; "));
      }
    }
  });
}

function tellCommand({ does, which, pattern, nth }: Command, patterns: string[]): string {
  const bus = `on bus ${which + 1}`;
  const own = `${does} ${LISTENERS[nth]} to "${patterns[pattern]}" ${bus}`;
  const lines: Partial<Record<Command["does"], string>> = {
    subscribe: own,
    unsubscribe: own,
    end: `the function that the ${ENDS[nth]} subscribe returned is called`,
    emit: `emit ${NAMES[nth]} ${bus}`,
    deliver: `deliver past event ${nth + 1} ${bus}`,
    break: "the mail server goes down",
    mend: "the mail server is up again",
    putBack: `put the oldest dead letter back ${bus}`,
  };
  return lines[does] ?? `${does} ${bus}`;
}

/** Registers the checks that days make: one for each of these rules, and one for all that holds. */
export function anyBusDay(...rules: Rule[]): void {
  checkDays<Day>(8, titlesOf(rules), {
    day: days,
    play: (day) => play(day, QueuedBus),
    model: (day) => play(day, SlowBus),
    story: (day) => [
      ...optionsOf(day, { onError: "listens" }),
      ...day.options.flatMap((one, at) => optionsOf(one, DEFAULTS, `bus ${at + 1}: `)),
      "random gives 0.5",
      ...(day.behind === "forgets" ? [] : [`the bus behind ${day.behind}`]),
      ...day.commands.map(
        (one, at) =>
          tellCommand(one, day.patterns) + (isHurried(day, at) ? ", and at once" : ""),
      ),
    ],
    rule: (_day, seen) => seen ?? RULES.called,
  });
}
