// Days made up by chance, on which the broker's own book is the model: what it has confirmed is in a
// queue, what it was told to forget was done, and everything else is in a queue or in somebody's hands.
import { test } from "node:test";
import {
  budget,
  catchEscaped,
  type Observation,
  playDays,
  quiet as turn,
} from "#any-day";
import { StandIn } from "#broker/stand-in";
import { daysOf } from "./day.ts";
import { exchanges, quiet } from "./desk.ts";
import { look, lookBack } from "./look.ts";
import { type Place, Shop } from "./shop.ts";
import { type Day, RULES, type Rule, ruleOf, storyOf, tell } from "./story.ts";

/** What was seen on a day, and what should have been. */
type Book = Record<"seen" | "due", Observation[]>;

async function bookOf(day: Day, step: number): Promise<Book> {
  const book: Book = { seen: [], due: [] };
  const see = (rule: Rule, what: string, due: unknown, seen: unknown) => {
    book.due.push({ rule: RULES[rule], what, value: due });
    book.seen.push({ rule: RULES[rule], what, value: seen });
  };
  await catchEscaped(async (escaped) => {
    const broker = new StandIn();
    const place: Place = { broker, step, see };
    const shops = [await Shop.open(place, day, 0), await Shop.open(place, day, 1)];
    broker.declareQueue({ queue: "users", durable: true, arguments: {} });
    const full = { "x-max-length": 0, "x-overflow": "reject-publish" };
    broker.declareQueue({ queue: "full", durable: true, arguments: full });
    for (const exchange of exchanges) {
      broker.bind(exchange, "users", "user.*");
      broker.bind(exchange, "full", "stock.low");
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
    for (const shop of shops) lookBack(shop);
    if (step >= 7)
      see("late", "rejections that nobody handles", 0, escaped.failures.length);
  });
  return book;
}

/** Registers the check that nothing goes wrong on any day of the steps up to this one. */
export function anyDay(step: number): void {
  // Each day is a long talk with a broker.
  const asked = budget();
  const due = new WeakMap<Day, Observation[]>();
  test(`step ${step} · on any day, all of this holds`, () =>
    playDays(
      {
        day: daysOf(step),
        async play(day) {
          const book = await bookOf(day, step);
          due.set(day, book.due);
          return book.seen;
        },
        model: (day) => due.get(day) ?? [],
        story: storyOf,
        rule: ruleOf,
      },
      { ...asked, days: Math.ceil(asked.days / 4) },
    ));
}
