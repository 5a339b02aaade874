// Days made up by chance, on the learner's listeners and on slow, simple ones.
import { checkDays } from "#any-day";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { createEmailSender } from "#lesson/02-events-and-listeners/email-sender.ts";
import { createLogger } from "#lesson/02-events-and-listeners/logger.ts";
import { daysOf } from "./day.ts";
import { model } from "./model.ts";
import { play } from "./play.ts";
import { type Day, RULES, type Rule, ruleOf, storyOf } from "./story.ts";

const answer = { createEmailSender, createLogger, createAnalytics, connectListeners };

/** Registers the check that nothing goes wrong on any day of the steps up to this one, and those of its rules. */
export function anyDay(step: number, ...rules: Rule[]): void {
  const days = {
    day: daysOf(step),
    play: (day: Day) => play(step, day, answer),
    model: (day: Day) => play(step, day, model),
    story: (day: Day) => storyOf(day, step),
    rule: ruleOf,
  };
  const titles = rules.map((rule) => RULES[rule]);
  checkDays(step, titles, days);
}
