/** Which days there are, and how often something happens on them. */
import fc from "fast-check";
import { both, type Command, type Day, NAMES } from "./story.ts";

/** What each step adds. What stands there twice happens more often. */
const COMMANDS: Record<number, Command["does"][]> = {
  3: [
    ...(["publish", "publish", "publish", "publish three at once"] as const),
    ...(["publish again", "publish what JSON cannot hold"] as const),
    ...(["hold", "release", "release one"] as const),
    ...(["cut", "goodbye", "close the publisher's channel"] as const),
  ],
  4: ["publish twice", "somebody waits", "nobody waits", "hold"],
  5: ["publish three at once", "hold", "release one"],
  6: ["finish", "finish"],
  7: ["fail", "fail at once", "delete the queue", "close the consumer's channel"],
  8: [
    ...(["flush", "close the publisher", "close the consumer"] as const),
    "close the publisher, the broker blocks",
    "close the consumer, the broker blocks",
    "close the consumer, the queue is gone",
    ...(["block", "block", "unblock", "hold", "cut", "delete the queue"] as const),
  ],
};

/** The days of the steps up to this one; what is new in it happens more often. */
export function daysOf(step: number): fc.Arbitrary<Day> {
  const since = <Value>(first: number, values: readonly Value[]) =>
    step < first ? [] : values;
  const own = COMMANDS[step] ?? [];
  const all = Object.entries(COMMANDS).flatMap(([first, does]) =>
    since(Number(first), does),
  );
  const commands = (does: readonly Command["does"][], length: number) =>
    fc.array(
      fc.record<Command>({
        does: fc.constantFrom(...does),
        shop: fc.constantFrom(0, 0, 0, 1, both),
        name: fc.constantFrom(...NAMES),
        nth: fc.nat(2),
      }),
      { minLength: 1, maxLength: length, size: "max" },
    );
  const often = [...all, ...own, ...own];
  // Most of a day comes before whatever ends it.
  const lively = often.filter((does) => !/cut|goodbye|close|delete/.test(does));
  const two = <Value>(one: fc.Arbitrary<Value>) => fc.tuple(one, one);
  return fc.record<Day>({
    mandatory: two(fc.constantFrom(false, ...since(4, [true]))),
    window: two(fc.constantFrom(undefined, ...since(5, [1, 2, 3]))),
    prefetch: two(fc.constantFrom(undefined, ...since(6, [1, 2, 3]))),
    share: step < 6 ? fc.constant(false) : fc.constantFrom(true, false, false),
    commands: fc
      .noBias(fc.tuple(commands(lively, 10), commands([...often, ...own, ...own], 8)))
      .map((parts) => parts.flat()),
  });
}
