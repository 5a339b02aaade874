/** Which days there are, and how often something happens on them. */
import fc from "fast-check";
import type { Answer, Day, Move } from "./story.ts";

const IDS = [
  ["order-1"],
  ["order-1", "order-11"],
  ["order-1/1", "order-1"],
  ["constructor", "__proto__"],
];

/** The days of the steps up to this one. */
export function daysOf(step: number): fc.Arbitrary<Day> {
  /** What is there only from a step on. */
  const since = <Value>(first: number, ...values: Value[]) =>
    step < first ? [] : values;
  const only = step < 4;
  const attempts = step === 4 ? fc.constant(1) : fc.integer({ min: 1, max: 4 });
  const moves = fc.constantFrom<Move[]>(
    "done",
    "done",
    "done",
    "done",
    "restart",
    "the first done again",
    ...since<Move>(2, "refused"),
    ...since<Move>(3, "unanswered", "unanswered", "late yes", "late no"),
  );
  const says = fc.constantFrom<Answer["says"][]>(
    "yes",
    "no",
    ...since<Answer["says"]>(
      5,
      "nothing",
      "nothing",
      "breaks",
      "throws undefined",
      "nonsense",
    ),
  );
  // In time; while the second, third, fourth attempt is under way; when the saga has long ended.
  const after = fc.constantFrom(0, ...since(5, 300), ...since(6, 1_500, 2_700, 90_000));
  return fc
    .integer({ min: 1, max: 12 })
    .chain((length) =>
      fc.record<Day>({
        steps: fc.array(
          fc.record({
            attempts,
            timeLimit: fc.constantFrom(1_000, 1_000, 1_200, 3_000_000_000),
            pause: fc.constantFrom(100, 100, 0, 40, 3_000_000_000),
          }),
          { minLength: length, maxLength: length },
        ),
        // Before step 3, everything can be taken back, and the pivot is out of the way.
        pivot: step < 3 ? fc.constant(length) : fc.integer({ min: -1, max: length - 1 }),
        sagas: only ? fc.constant(["order-1"]) : fc.constantFrom(...IDS),
        answers: fc.array(
          fc.record({
            saga: fc.nat(1),
            step: fc.nat(length - 1),
            way: fc.constantFrom("forward", "forward", "back"),
            time: fc.integer({ min: 1, max: 3 }),
            answer: fc.record({ says, after }),
          }),
          { maxLength: only ? 0 : 12, size: "max" },
        ),
        crashes: fc.array(
          fc.record({ append: fc.integer({ min: 1, max: 16 }), stored: fc.boolean() }),
          { maxLength: step < 7 ? 0 : 2 },
        ),
        watchesAlarm: fc.constant(step >= 7),
        calls:
          step < 7
            ? fc.constant<Day["calls"]>(["start"])
            : fc.constantFrom<Day["calls"]>(
                ["start"],
                ["resume", "start"],
                ["start", "resume"],
                ["start", "start"],
                ["resume", "start", "start"],
              ),
        moves: fc.array(
          moves,
          only ? { minLength: 1, maxLength: 30, size: "max" } : { maxLength: 0 },
        ),
      }),
    )
    .map((day) => sorted(step < 3 ? withOneRefusal(day) : day));
}

/** What a second refusal means, on the way back, is asked by step 3. */
function withOneRefusal(day: Day): Day {
  const first = day.moves.indexOf("refused");
  const moves = day.moves.map((move, at) =>
    move === "refused" && at !== first ? "done" : move,
  );
  return { ...day, moves };
}

/** One saga, where the process dies; moments that differ; each answer about something that there is. */
function sorted(day: Day): Day {
  const sagas = day.crashes.length > 0 ? day.sagas.slice(0, 1) : day.sagas;
  const answers = day.answers
    .filter(
      ({ saga, step, way }) =>
        saga < sagas.length && (way === "forward" || step <= day.pivot),
    )
    .map((one, at) => {
      const { says, after } = one.answer;
      return {
        ...one,
        answer: { says, after: after < 1_000 ? after : after + 2 ** -(at + 1) },
      };
    });
  return { ...day, sagas, answers };
}
