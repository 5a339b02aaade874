/** Which days there are, and how often something happens on them. */
import fc from "fast-check";
import { sinceOf } from "#any-day/drawing";
import { type Command, type Day, DOES, WHO } from "./story.ts";

/** The days of the steps up to this one. */
export function daysOf(step: number): fc.Arbitrary<Day> {
  const since = sinceOf(step);
  const does = DOES.flatMap(([first, ...does]) => since(first, ...does));
  const command = fc.record<Command>({
    does: fc.constantFrom(...does),
    who: fc.nat(WHO.length - 1),
    topic: fc.constantFrom(0, 0, 1),
    by: fc.nat(step < 3 ? 0 : 1),
    keyed: fc.constantFrom(false, ...since(6, true)),
    nth: fc.nat(7),
    // Whether a poll of no records meets what is broken is open.
    limit: fc.constantFrom(undefined, 1, 2, 1, 2, step < 8 ? 0 : 1, 2 ** 32, Infinity),
    to: fc.constantFrom<Command["to"][]>("beginning", "end", "offset", "offset", "time"),
  });
  const topics = fc.constantFrom<number[][]>([0], [0, 1], [1, 0]);
  return fc.record<Day>({
    partitions: fc.constantFrom<Day["partitions"][]>(
      undefined,
      ...since(6, 2, 3, 2, 2, 3, 11),
    ),
    members: fc.constantFrom(1, ...since(7, 2, 2, 3)),
    autoCommit: fc.constantFrom(false, ...since(4, true, true)),
    topics: fc.tuple(topics, topics, topics),
    // Shrinking keeps the last of a list: it is one too many, and is not played.
    commands: fc
      .noBias(fc.array(command, { minLength: 1, maxLength: 37, size: "max" }))
      .map((commands) => commands.slice(0, -1)),
  });
}
