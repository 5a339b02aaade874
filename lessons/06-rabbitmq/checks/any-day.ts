// Days made up by chance, on which the broker's own book is the model: what it has confirmed is in a
// queue, what it was told to forget was done, and everything else is in a queue or in somebody's hands.
import { catchEscaped, checkDays, type Observation } from "#any-day";
import { endTimeLimits, turn } from "#any-day/time-limits";
import { StandIn } from "#broker/stand-in";
import { daysOf } from "./day.ts";
import { exchanges, quiet, refuse } from "./desk.ts";
import { look, lookBack } from "./look.ts";
import type { Place } from "./notes.ts";
import { Shop } from "./shop.ts";
import { both, type Day, RULES, type Rule, storyOf, tell } from "./story.ts";

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
      for (const [at, shop] of shops.entries())
        if (command.shop === at || command.shop === both) shop.perform(command);
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
