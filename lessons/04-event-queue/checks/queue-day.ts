/** Days of two queues, from step 1 on. */
import fc from "fast-check";
import { catchEscaped, checkDays, type Observation } from "#any-day";
import { sinceOf } from "#any-day/drawing";
import type { Queue, QueueClass } from "#bus/queue-contract";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import {
  Book,
  ITEMS,
  isOdd,
  naming,
  oneOf,
  puts,
  RULES,
  type Rule,
  tellCapacities,
  titlesOf,
  told,
} from "./book.ts";
import { SlowQueue } from "./slow-queue.ts";

interface Command {
  does: "put" | "tryPut" | "tryTake" | "take" | "ready" | "putBack" | "close";
  which: number;
  nth: number;
  /** The next command comes at once. */
  hurry: boolean;
}
type Day = { capacities: number[]; commands: Command[] };

function daysOf(step: number): fc.Arbitrary<Day> {
  const since = sinceOf(step);
  const capacity = fc.constantFrom(Infinity, ...since(3, 1, 2, 4));
  const later = [...since(2, "take take ready"), ...since(3, "putBack close put")];
  const does = oneOf<Command["does"]>(["put put put tryPut tryTake", ...later]);
  const which = fc.constantFrom(0, 0, 0, 1);
  const nth = fc.nat(ITEMS.length - 1);
  const command = fc.record({ does, which, nth, hurry: fc.boolean() });
  return fc.record({
    capacities: fc.tuple(capacity, capacity),
    commands: fc
      .noBias(fc.array(command, { maxLength: 20, size: "max" }))
      .map((commands) => commands.map(naming()).map(calmly)),
  });
}

/** Who waits in `ready` may look again, so nobody takes an item at the moment when it comes. */
function calmly(one: Command, at: number, all: Command[]): Command {
  const takes = (command?: Command) => /take$/i.test(command?.does ?? "");
  return { ...one, hurry: one.hurry && (takes(one) || !takes(all[at + 1])) };
}

function play(day: Day, QueueOf: QueueClass): Promise<Observation[]> {
  return catchEscaped(async ({ failures }) => {
    let latest = "";
    const book = new Book((what) => (what === latest ? "" : `, after: ${latest}`));
    const queues = day.capacities.map((capacity) => new QueueOf<unknown>({ capacity }));
    const had = queues.map(() => new Set<Command["does"]>());
    const usual = day.commands.some(isOdd) ? "any" : "order";
    for (const command of day.commands) {
      const { does, which, nth, hurry } = command;
      const [queue, so] = [queues[which] as Queue<unknown>, had[which] as Set<string>];
      const isTight = (day.capacities[which] ?? 0) < Infinity;
      const isClosed = so.has("close");
      so.add(does);
      const rules: Record<Command["does"], Rule> = {
        put: isClosed ? "closed" : isTight ? "full" : "accepts",
        tryPut: isClosed ? "closed" : isTight ? "tryPut" : "accepts",
        tryTake: isClosed ? "left" : isTight ? "full" : usual,
        take: isClosed ? "left" : "take",
        ...{ ready: "ready", putBack: "putBack", close: "away" },
      };
      const what = tell(command);
      latest = what;
      const isHanded = so.has("take") && queue.size === 0 && puts(does);
      const result = queue[does](ITEMS[nth]);
      if (does === "tryPut" || does === "tryTake")
        book.see(rules[does], `${what} returns`, told(result));
      else if (result instanceof Promise)
        book.follow(
          () => (so.has("close") && !isClosed && does !== "ready" ? "away" : rules[does]),
          what,
          result,
          does === "take" ? told : undefined,
        );
      const sized = isClosed || isTight ? rules[does] : "size";
      book.see(isHanded ? "handed" : sized, `the size, after: ${what}`, queue.size);
      if (!hurry) await book.tellNews();
    }
    await book.tellNews();
    book.see("away", "rejections that nobody handles", failures.length);
    return book.seen;
  });
}

function tell({ does, which, nth }: Command): string {
  const item = puts(does) ? told(ITEMS[nth]) : "";
  return `${does}(${item})${which === 0 ? "" : " of the other queue"}`;
}

export function anyQueueDay(step: number, ...rules: Rule[]): void {
  checkDays(step, titlesOf(rules), {
    day: daysOf(step),
    play: (day) => play(day, EventQueue),
    model: (day) => play(day, SlowQueue),
    story: ({ capacities, commands }) => [
      ...tellCapacities(capacities),
      ...commands.map((one) => tell(one) + (one.hurry ? ", and at once" : "")),
    ],
    rule: (_day, seen) => seen ?? RULES.order,
  });
}
