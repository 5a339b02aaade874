/** Which days there are, and how often something happens on them. */
import fc from "fast-check";
import { type Command, type Day, NAMES } from "./story.ts";

/** The days of the steps up to this one. */
export function daysOf(step: number): fc.Arbitrary<Day> {
  const since = <Value>(first: number, values: readonly Value[]) =>
    step < first ? [] : values;
  const command = fc.record<Command>({
    does: fc.constantFrom<Command["does"][]>(
      "publish",
      "publish",
      "publish",
      "publish three at once",
      "publish again",
      "publish what JSON cannot hold",
      "hold",
      "release",
      "release",
      ...since(6, ["finish", "finish", "finish"] as const),
      ...since(7, ["fail", "fail", "delete the queue", "delete the queue"] as const),
      ...since(7, ["close the consumer's channel"] as const),
      ...since(8, ["flush", "flush", "close the publisher"] as const),
      ...since(8, ["close the consumer", "block", "unblock"] as const),
      "cut",
      "goodbye",
      "close the publisher's channel",
    ),
    shop: fc.constantFrom(0, 0, 1),
    name: fc.constantFrom(...NAMES),
    nth: fc.nat(2),
  });
  const both = <Value>(one: fc.Arbitrary<Value>) => fc.tuple(one, one);
  return fc.record<Day>({
    mandatory: both(fc.boolean()),
    window: both(fc.constantFrom(undefined, ...since(5, [1, 2, 3]))),
    prefetch: both(fc.constantFrom(undefined, ...since(6, [1, 2, 3]))),
    share: step < 6 ? fc.constant(false) : fc.constantFrom(true, false, false),
    commands: fc.noBias(fc.array(command, { minLength: 1, maxLength: 16, size: "max" })),
  });
}
