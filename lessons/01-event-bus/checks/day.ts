/** Which days there are, and how often something happens on them. */
import fc from "fast-check";
import { sinceOf } from "#any-day/drawing";
import type { Command, Day, Habit } from "./story.ts";
import { makeData, ON_ERRORS, REASONS, WHO } from "./story.ts";

/** Mostly the first, so that commands are about the same things. */
const NAMES = [...Array<string>(6).fill("user.registered"), "order.created"];
/** Stand for what each day has of its own: an odd name, one nearly the same, and two patterns with wildcards. */
const OWN = ["odd", "its twin", "wild", "wilder"];
const ODD = ["constructor", " ", "error", "__proto__", "user..", "shop.🛒", "cafe\u0301"];
/** What patterns with wildcards are made of. */
const WORDS = ["user", "registered", "us*", "*", "*"];
const ODDER = ["User.registered", "user.re*", "user#.x", "u+e(r/", "user.**", " user."];
/** Stands for the number that much on a day is about: how often it happens, and a limit. */
const MANY = -1;

/** The days of the steps up to this one. */
export function daysOf(step: number): fc.Arbitrary<Day> {
  const since = sinceOf(step);
  const odd = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...ODD, ...since(4, ...ODDER)) },
    fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 400, size: "max" }),
  );
  const word = fc.constantFrom(...WORDS, ...since(5, "#", "#"));
  const wild = fc.array(word, { minLength: 1, maxLength: 3 }).map((w) => w.join("."));
  const wilds = since(4, wild, fc.constantFrom(...OWN.slice(2)));
  const name = fc.constantFrom(...NAMES, ...since(4, "user"), ...OWN.slice(0, 2));
  const command = (...does: readonly Command["does"][]) =>
    fc.record<Command>({
      does: fc.constantFrom(...does),
      bus: fc.constantFrom(0, 0, 0, 0, 0, 1),
      who: fc.nat(WHO.length - 1),
      pattern: fc.oneof(name, name, ...wilds),
      name,
      nth: fc.nat(makeData().length - 1),
      again: fc.boolean(),
      times: fc.constantFrom(1, 1, 1, 1, MANY),
    });
  const later = [...since(3, "look"), ...since(7, "slip")];
  const more = since(2, "unsubscribe", "end", ...later);
  const most = { maxLength: step < 2 ? 0 : 3 };
  const habit = fc.record<Habit>({
    first: fc.array(command("emit", "deliver", "subscribe", "wait", ...more), most),
    ends: fc.constantFrom<Habit["ends"][]>(
      "well",
      ...since(6, "throws", "rejects", "rejects late", "returns"),
      ...since(7, "slips"),
    ),
    reason: fc.nat(REASONS.length - 1),
  });
  const limit = fc.constantFrom(undefined, ...since(3, 2, 1, 0, MANY, MANY, MANY));
  const onError = fc.constantFrom("listens", ...since(6, ...ON_ERRORS.slice(1, -1)));
  const isMissing = fc.constant("is missing" as const);
  const missing = since(6, fc.tuple(isMissing, isMissing));
  const any = command("subscribe", "emit", "emit", "deliver", "wait", ...more);
  const days = fc.noBias(
    fc.record({
      many: fc
        .nat(60)
        .map((x) => (x % 2 ? Math.round(Math.exp(x / 10)) : 2 ** (x % 3 ? 8 : 5))),
      /** What happens many times: one thing, or a day would be too long. */
      often: fc.constantFrom("subscribe", "emit", "deliver"),
      wild: fc.tuple(wild, wild),
      odd: odd.filter((one) => !/(^|\.)[*#](\.|$)/.test(one)),
      limits: fc.tuple(limit, limit),
      onErrors: fc.oneof(fc.tuple(onError, onError), ...missing),
      habits: fc.tuple(...WHO.map(() => habit)),
      first: fc.array(command("subscribe"), { maxLength: 6, size: "max" }),
      others: fc.array(any, { maxLength: 18, size: "max" }),
    }),
  );
  return days.map(({ many, often, wild, odd, limits, onErrors, ...day }) => {
    const own = [odd, odd + (many % 2 ? "\n" : "\0"), ...wild];
    const nameOf = (name: string) => own[OWN.indexOf(name)] ?? name;
    const complete = (one: Command): Command => {
      const times = one.times === MANY && one.does === often ? many : 1;
      return { ...one, times, name: nameOf(one.name), pattern: nameOf(one.pattern) };
    };
    const pairs = new Set<string>();
    // Before step 2, nobody subscribes twice.
    const isFine = ({ does, who, pattern }: Command) =>
      step > 1 || does !== "subscribe" || pairs.size < pairs.add(who + pattern).size;
    return {
      onErrors,
      limits: limits.map((one) => (one === MANY ? many : one)),
      habits: day.habits.map((one) => ({ ...one, first: one.first.map(complete) })),
      commands: [...day.first, ...day.others].filter(isFine).map(complete),
    };
  });
}
