/** Days of two queues, from step 1 on. */
import fc from "fast-check";
import { catchEscaped, type Observation } from "#any-day";
import type { Queue, QueueClass } from "#bus/queue-contract";
import {
  Book,
  ITEMS,
  isOdd,
  naming,
  puts,
  RULES,
  type Rule,
  tellCapacities,
  told,
} from "./book.ts";

interface Command {
  does: "put" | "tryPut" | "tryTake" | "take" | "ready" | "putBack" | "close";
  which: number;
  nth: number;
  /** The next command comes at once. */
  hurry: boolean;
}
interface Day {
  capacities: number[];
  commands: Command[];
}

export function daysOf(step: number): fc.Arbitrary<Day> {
  const since = <Value>(first: number, ...values: Value[]) =>
    step < first ? [] : values;
  const capacity = fc.constantFrom(Infinity, ...since(3, 1, 2, 4));
  const does = fc.constantFrom<Command["does"][]>(
    ...(["put", "put", "put", "tryPut", "tryTake"] as const),
    ...since(2, "take" as const, "take" as const, "ready" as const),
    ...since(3, "putBack" as const, "close" as const, "put" as const),
  );
  const which = fc.constantFrom(0, 0, 0, 1);
  const nth = fc.nat(ITEMS.length - 1);
  const command = fc.record({ does, which, nth, hurry: fc.boolean() });
  return fc.record({
    capacities: fc.tuple(capacity, capacity),
    commands: fc
      .noBias(fc.array(command, { maxLength: 20, size: "max" }))
      .map((commands) => commands.map(naming())),
  });
}

export function play(day: Day, QueueOf: QueueClass): Promise<Observation[]> {
  return catchEscaped(async ({ failures }) => {
    const book = new Book(RULES);
    const queues = day.capacities.map((capacity) => new QueueOf<unknown>({ capacity }));
    const so = day.capacities.map(() => new Set<Command["does"]>());
    const usual = day.commands.some(isOdd) ? "any" : "order";
    for (const command of day.commands) {
      const { does, which, nth, hurry } = command;
      const queue = queues[which] as Queue<unknown>;
      const had = so[which] as Set<Command["does"]>;
      const isTight = (day.capacities[which] ?? 0) < Infinity;
      const rules: Record<Command["does"], Rule> = {
        put: had.has("close") ? "closed" : isTight ? "full" : "accepts",
        tryPut: had.has("close") ? "closed" : isTight ? "tryPut" : "accepts",
        tryTake: had.has("close") ? "left" : isTight ? "full" : usual,
        take: had.has("close") ? "left" : "take",
        ...{ ready: "ready", putBack: "putBack", close: "away" },
      };
      had.add(does);
      const item = ITEMS[nth];
      const what = tell(command);
      const result = queue[does](item);
      if (does === "tryPut" || does === "tryTake")
        book.see(rules[does], `${what} returns`, told(result));
      else if (result instanceof Promise)
        book.follow(rules[does], what, result, does === "take" ? told : undefined);
      const size = isTight || had.has("close") ? rules[does] : "size";
      book.see(had.has("take") ? "handed" : size, `the size, after: ${what}`, queue.size);
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

export function storyOf({ capacities, commands }: Day): string[] {
  const lines = commands.map((one) => tell(one) + (one.hurry ? ", and at once" : ""));
  return [...tellCapacities(capacities), ...lines];
}
