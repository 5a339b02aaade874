/** Which days there are, and how often something happens on them. */
import fc from "fast-check";
import { sinceOf } from "#any-day/drawing";
import {
  CARTS,
  type Command,
  type Day,
  HABITS,
  PEOPLE,
  SENDINGS,
  SOUND_CARTS,
} from "./story.ts";

/** The days of the steps up to this one. */
export function daysOf(step: number): fc.Arbitrary<Day> {
  const since = sinceOf(step);
  const does = fc.constantFrom<Command["does"][]>(
    ...since(1, "order", "order", "order"),
    ...since(2, "post"),
    ...since(3, "pay", "pay", "pay", "arrive"),
    ...since(6, "stop notifications", "stop analytics"),
    ...since(6, "open notifications", "open analytics"),
    ...since(7, "again", "again", "again"),
    ...since(8, "elsewhere", "elsewhere", "restart", "restart"),
  );
  const carts = step < 5 ? SOUND_CARTS : CARTS.length;
  const command = fc.record<Command>({
    does,
    shop: fc.constantFrom(0, 0, 0, 1),
    who: fc.nat(PEOPLE.length - 1),
    cart: fc.oneof(fc.nat(SOUND_CARTS - 1), fc.nat(carts - 1)),
    nth: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, fc.nat(11)),
    way: fc.constantFrom<Command["way"][]>("itself", "as JSON", ...since(8, "replayed")),
    odd: fc.boolean(),
  });
  const habit = fc.record<Day["habits"][number]>({
    does: fc.constantFrom(
      "listens",
      ...since(3, HABITS[1], HABITS[2], HABITS[5]),
      ...since(5, HABITS[3], HABITS[4]),
      ...since(8, HABITS[2]),
    ),
    early: fc.boolean(),
  });
  const bus = fc.constantFrom<Day["buses"][number]>(
    "fast",
    ...since(3, "slow"),
    ...since(8, "shared", "shared"),
  );
  const sending = fc.constantFrom(SENDINGS[0], SENDINGS[0], ...SENDINGS);
  const day = fc.record<Day>({
    buses: fc.array(bus, { minLength: 2, maxLength: 2 }),
    habits: fc.array(habit, { minLength: 2, maxLength: 2 }),
    sendings: fc.array(sending, { minLength: 1, maxLength: 4 }),
    commands: fc.array(command, { maxLength: 14, size: "max" }),
  });
  return day.map(({ commands, habits, ...rest }) => ({
    ...rest,
    // What comes out of order is a matter of step 7, what comes late while others act of step 8.
    commands: commands.map((one) =>
      step < 7 && one.does === "arrive" ? { ...one, odd: false } : one,
    ),
    habits: habits.map((one, shop) =>
      step < 8 && rest.buses[shop] === "slow" ? { ...one, does: "listens" } : one,
    ),
  }));
}
