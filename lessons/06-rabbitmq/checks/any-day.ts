// Days made up by chance, on which the broker's own book is the model: what it has confirmed is in a
// queue, what it was told to forget was done, and everything else is in a queue or in somebody's hands.
import { catchEscaped, checkDays, type Observation } from "#any-day";
import { endTimeLimits } from "#any-day/time-limits";
import { StandIn } from "#broker/stand-in";
import { daysOf } from "./day.ts";
import { exchanges, quiet, refuse } from "./desk.ts";
import { look, lookBack } from "./look.ts";
import type { Place } from "./notes.ts";
import { Shop } from "./shop.ts";
import {
  both,
  type Command,
  type Day,
  RULES,
  type Rule,
  storyOf,
  tell,
} from "./story.ts";

/** What was seen on a day, and what should have been. */
type Book = Record<"seen" | "due", Observation[]>;

async function bookOf(day: Day, step: number): Promise<Book> {
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
    const shops = await Promise.all([0, 1].map((at) => Shop.open(place, day, at)));
    broker.declareQueue({ queue: "users", durable: true, arguments: {} });
    for (const exchange of exchanges) {
      broker.bind(exchange, "users", "user.*");
      refuse(broker, exchange, "stock.low");
    }
    const happens = async (...commands: Command[]) => {
      for (const command of commands)
        for (const [at, shop] of shops.entries())
          if (command.shop === at || command.shop === both) shop.perform(command);
      await quiet(broker);
      const [when = "in the end"] = commands.map(tell);
      for (const shop of shops) look(shop, when, shops);
    };
    const end = { shop: both, name: "order.created", nth: 0 };
    for (const command of day.commands) await happens(command);
    await happens({ ...end, does: "release" }, { ...end, does: "unblock" });
    if (step > 7) {
      const does = ["close the publisher", "close the consumer"] as const;
      await happens(...does.map((one) => ({ ...end, does: one })));
      for (const shop of shops) shop.finishWork();
      await happens();
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
