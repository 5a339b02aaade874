/** Which days there are, and how often something happens on them. */
import fc from "fast-check";
import { sinceOf } from "#any-day/drawing";
import { type Call, type Day, NONSENSE, THROWN } from "./story.ts";

/** Pairs that a key, or a search for a saga, may mix up. */
export const IDS = [
  ["order-1"],
  ["order-1", "order-11", "1order-1"],
  ["order-1/1", "order-1", "order-1/back", "order-1-1"],
  ["1", "2"].map((end) => `order-${"5d1a4c3e-0b7f-4e0c-9f63-".repeat(12)}${end}`),
  ["Order-1", "order-1", "order-①", "order-②"],
  ["-order-1", "order-1", " order-1"],
  ["constructor", "__proto__"],
];
const LONGEST = 12;
const INSTEAD = [...Object.keys(THROWN), ...Object.keys(NONSENSE)];

/** The days of the steps up to this one. */
export function daysOf(step: number): fc.Arbitrary<Day> {
  const since = sinceOf(step);
  const isJournal = step < 4;
  /** Something that breaks; perhaps again and again, as when a disk is full for a while. */
  const breaks = <Value>(first: number, value: fc.Arbitrary<Value>) =>
    step < first
      ? fc.constant<Value[]>([])
      : fc.oneof(
          { weight: 3, arbitrary: fc.uniqueArray(value, { maxLength: 3 }) },
          fc.uniqueArray(value, { ...since(7, { minLength: 8 })[0], maxLength: 12 }),
        );
  const oneStep = fc.record({
    attempts: fc.constantFrom(1, 1, 2, 3, 4, 11),
    timeLimit: fc.constantFrom(1_000, 800, 1_200, ...since(5, 3_000_000_000)),
    pause: fc.constantFrom(0, ...since(5, 100, 700, 40, 70_000_000)),
  });
  const day = fc.record<Day>({
    steps: fc.oneof(
      { withCrossShrink: true },
      { weight: 2, arbitrary: fc.array(oneStep, { maxLength: 7 }) },
      fc.array(oneStep, { minLength: LONGEST, maxLength: LONGEST }),
    ),
    pivot: fc.integer({ min: -1, max: LONGEST - 1 }),
    names: fc.constantFrom(0, 0, 3, 4, 5),
    sagas: isJournal ? fc.constant(["order-1"]) : fc.constantFrom(...IDS),
    apart: fc.constantFrom(0, 10, 1_000, 4_000_000),
    answers: fc.array(
      fc.record({
        saga: fc.constantFrom(0, 0, 0, 1),
        step: fc.constantFrom(0, 0, 0, 1, 1, ...Array(LONGEST).keys()),
        way: fc.constantFrom("forward", "forward", "back"),
        time: fc.constantFrom(0, 0, 1, 1, 2, 3),
        says: fc.constantFrom(
          ...["yes", "no", "yes", "no", "yes", "no", "yes", "no"],
          ...since(5, "nothing", "nothing", "nothing", "throws words", ...INSTEAD),
          ...since(6, "yes", "no", "yes", "no", "yes", "no", "yes", "no"),
          ...(step === 5 ? INSTEAD : []),
          ...since(7, "nothing", "nothing", "nothing", "breaks", "breaks"),
        ),
        // In time; while the next attempts are under way; when the saga has long ended.
        after: fc.constantFrom(
          0,
          ...since(5, 700),
          ...since(6, 1_500, 1_500, 2_700, 4_000_000_000),
        ),
      }),
      { maxLength: [0, 0, 0, 0, 2][step] ?? 16, size: "max" },
    ),
    takes: fc.constantFrom(0, ...since(5, 700)),
    crashes: breaks(
      7,
      fc.record({ append: fc.integer({ min: 1, max: 8 }), stored: fc.boolean() }),
    ),
    refusals: breaks(5, fc.integer({ min: 1, max: step === 6 ? 2 : 16 })),
    deaf: fc.constantFrom(0, ...since(7, 0, 0, 1, 2)),
    clock: fc.constantFrom(1, 1, -1, 4),
    callTakes: fc.constantFrom(0, 3_600_000, 400_000_000_000, 400_000_000_000),
    lesson: fc.constant(step),
    calls: fc.shuffledSubarray(since<Call>(7, "start", "resume", "resume")),
    moves: fc.array(
      fc.constantFrom(
        ...["done", "done", "done", "done", "restart"],
        ...["the first yes again", "the newest yes again", "a yes to the next step"],
        ...since(2, "refused", "refused", "the first no again"),
        ...since(2, "a no to the next step"),
        ...since(3, "unanswered", "unanswered", "unanswered", "late yes", "late no"),
        ...since(3, "unanswered", "late no", "silence up to the last attempt"),
        ...since(3, "a silence after the newest yes", "500 restarts"),
      ),
      isJournal ? { minLength: 1, maxLength: 30, size: "max" } : { maxLength: 0 },
    ),
  });
  return fc.tuple(day, fc.boolean()).map(tidy);
}

/** A day whose numbers fit its steps; and one saga, where something breaks. */
function tidy([whole, isCalm]: [Day, boolean]): Day {
  const { length } = whole.steps;
  const day = isCalm ? { ...whole, crashes: [], refusals: [], deaf: 0 } : whole;
  const breaks = day.crashes.length + day.refusals.length + day.deaf > 0;
  return {
    ...day,
    calls: [...day.calls, "start"],
    // Before step 3, everything can be taken back, and the pivot is out of the way.
    pivot: day.lesson < 3 ? length : ((day.pivot + 1) % (length + 1)) - 1,
    sagas: breaks ? day.sagas.slice(0, 1) : day.sagas,
    answers: day.answers.map((one) => ({ ...one, step: one.step % (length || 1) })),
  };
}
