// Days made up by chance, on the learner's listeners and on slow, simple ones.
import { checkDays } from "#any-day";
import { daysOf } from "./day.ts";
import { answer, type Parts } from "./desk.ts";
import { model } from "./model.ts";
import { play } from "./play.ts";
import { type Day, RULES, type Rule, ruleOf, storyOf } from "./story.ts";

/** Registers the check that nothing goes wrong on any day of the steps up to this one, and those of its rules. */
export function anyDay(step: number, ...rules: Rule[]): void {
  // What is not asked yet is the model's.
  const parts: Parts = {
    createEmailSender: answer.createEmailSender,
    createLogger: (step < 2 ? model : answer).createLogger,
    createAnalytics: (step < 3 ? model : answer).createAnalytics,
    connectListeners: (step < 4 ? model : answer).connectListeners,
  };
  const days = {
    day: daysOf(step),
    play: (day: Day) => play(step, day, parts),
    model: (day: Day) => play(step, day, model),
    story: (day: Day) => storyOf(day, step),
    rule: ruleOf,
  };
  const titles = rules.map((rule) => RULES[rule]);
  checkDays(step, titles, days);
}
