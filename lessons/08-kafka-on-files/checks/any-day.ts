// Days made up by chance, on topics in files and on slow, simple ones in lists.
import { type AnyDay, checkDays } from "#any-day";
import { daysOf } from "./day.ts";
import { SlowWorld } from "./model.ts";
import { play } from "./play.ts";
import { type Choices, noChoices, RealWorld } from "./real-world.ts";
import { RULES, type Rule, ruleOf } from "./rules.ts";
import { BEGIN, type Day, storyOf } from "./story.ts";

/** What the answer chose where the text leaves something open. */
const chosen = new WeakMap<Day, Choices>();

/** The lesson's days up to a step, as `#any-day` plays them. */
function lessonDays(step: number): AnyDay<Day> {
  return {
    day: daysOf(step),
    async play(day) {
      const choices = noChoices();
      chosen.set(day, choices);
      const clock = { now: BEGIN };
      const world = new RealWorld(clock, choices);
      try {
        return await play(step, day, clock, world);
      } finally {
        world.end();
      }
    },
    model(day) {
      const clock = { now: BEGIN };
      const choices = chosen.get(day) ?? noChoices();
      const world = new SlowWorld(clock, choices, step >= 7);
      return play(step, day, clock, world).finally(() => world.end());
    },
    story: storyOf,
    rule: ruleOf,
    waits: 1_000,
  };
}

/** Registers the checks that days make: one for each of these rules, and one for all that holds. */
export function anyDay(step: number, ...rules: Rule[]): void {
  const titles = rules.map((rule) => RULES[rule]);
  checkDays(step, titles, lessonDays(step));
}
