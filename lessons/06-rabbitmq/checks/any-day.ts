// Days made up by chance, on which the broker's own book is the model: what it has confirmed is in a
// queue, what it was told to forget was done, and everything else is in a queue or in somebody's hands.
import { syncBuiltinESMExports } from "node:module";
import { mock } from "node:test";
import plainTimers from "node:timers";
import timers from "node:timers/promises";
import { catchEscaped, checkDays, type Observation } from "#any-day";
import { StandIn } from "#broker/stand-in";
import { daysOf } from "./day.ts";
import { exchanges, quiet, refuse, turn } from "./desk.ts";
import { look, lookBack } from "./look.ts";
import type { Place } from "./notes.ts";
import { Shop } from "./shop.ts";
import { type Day, RULES, type Rule, storyOf, tell } from "./story.ts";

/** What was seen on a day, and what should have been. */
type Book = Record<"seen" | "due", Observation[]>;

export async function bookOf(day: Day, step: number): Promise<Book> {
  const book: Book = { seen: [], due: [] };
  const see = (rule: Rule, what: string, due: unknown, seen: unknown) => {
    if (Object.is(due, seen)) return;
    book.due.push({ rule: RULES[rule], what, value: due });
    book.seen.push({ rule: RULES[rule], what, value: seen });
  };
  const giveTimeBack = endTimeLimits();
  await catchEscaped(async (escaped) => {
    const broker = new StandIn();
    const place: Place = { broker, step, see };
    const shops = [await Shop.open(place, day, 0), await Shop.open(place, day, 1)];
    broker.declareQueue({ queue: "users", durable: true, arguments: {} });
    for (const exchange of exchanges) {
      broker.bind(exchange, "users", "user.*");
      refuse(broker, exchange, "stock.low");
    }
    for (const command of day.commands) {
      shops[command.shop]?.perform(command);
      await quiet(broker);
      for (const shop of shops) look(shop, tell(command), shops);
    }
    for (const shop of shops) shop.atTheEnd();
    await quiet(broker);
    await turn();
    for (const shop of shops) look(shop, "in the end", shops);
    for (const happens of step < 8 ? [] : (["goHome", "finishWork"] as const)) {
      for (const shop of shops) shop[happens]();
      await quiet(broker);
      for (const shop of shops) look(shop, "when all go home", shops);
    }
    for (const shop of shops) lookBack(shop);
    // Step 7 is where an acknowledgement may fail.
    const rule = step < 6 ? "cut" : "late";
    if (step !== 6)
      see(rule, "rejections that nobody handles", 0, escaped.failures.length);
  }).finally(giveTimeBack);
  return book;
}

/** Registers the checks that the days of the steps up to this one make; these rules have no other. */
export function anyDay(step: number, ...rules: Rule[]): void {
  const due = new WeakMap<Day, Observation[]>();
  const others = step < 6 ? "resolves" : step < 8 ? "acknowledged" : "closeConsumer";
  checkDays(
    step,
    rules.map((rule) => RULES[rule]),
    {
      day: daysOf(step),
      async play(day) {
        const book = await bookOf(day, step);
        due.set(day, book.due);
        return book.seen;
      },
      model: (day) => due.get(day) ?? [],
      story: storyOf,
      rule: (_day, seen) => seen ?? RULES[others],
    },
  );
}

/**
 * No work and no broker is too slow to be waited for: whoever sets a time limit meets it at once.
 * What comes back gives the time back.
 */
export function endTimeLimits(): () => void {
  type Call = (...words: unknown[]) => void;
  const next = (call: Call, _time?: number, ...words: unknown[]) =>
    setImmediate(call, ...words);
  const over = new Set<unknown>();
  const every = (call: Call, _time?: number, ...words: unknown[]) => {
    const goOn = () => {
      if (over.has(goOn)) return;
      call(...words);
      setImmediate(goOn);
    };
    setImmediate(goOn);
    return Object.assign(goOn, { unref: () => goOn });
  };
  let now = Date.now();
  const later = () => {
    now += 60_000;
    return now;
  };
  const mocks = [
    mock.method(Date, "now", later),
    mock.method(performance, "now", later),
    mock.method(timers.scheduler, "wait", turn),
    mock.method(globalThis, "setTimeout", next),
    mock.method(globalThis, "clearTimeout", clearImmediate),
    mock.method(globalThis, "setInterval", every),
    mock.method(globalThis, "clearInterval", (timer: unknown) => over.add(timer)),
    mock.method(plainTimers, "setTimeout", next),
    mock.method(timers, "setTimeout", turn),
    mock.method(AbortSignal, "timeout", () => {
      const limit = new AbortController();
      setImmediate(() => limit.abort());
      return limit.signal;
    }),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const one of mocks) one.mock.restore();
    syncBuiltinESMExports();
  };
}
