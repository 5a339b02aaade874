// Days made up by chance, on the learner's listeners and on slow, simple ones.
import { test } from "node:test";
import { type AnyDay, budget, playDays } from "#any-day";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { createEmailSender } from "#lesson/02-events-and-listeners/email-sender.ts";
import { createLogger } from "#lesson/02-events-and-listeners/logger.ts";
import { daysOf } from "./day.ts";
import { model, type Parts } from "./model.ts";
import { play } from "./play.ts";
import { type Day, ruleOf, tell } from "./story.ts";

const answer: Parts = {
  createEmailSender,
  createLogger,
  createAnalytics,
  connectListeners,
};

/** The lesson's days up to a step, as `#any-day` plays them. */
function lessonDays(step: number): AnyDay<Day> {
  return {
    day: daysOf(step),
    play: (day) => play(step, day, answer),
    model: (day) => play(step, day, model),
    story: (day) => day.map((command) => tell(command, step)),
    rule: ruleOf,
  };
}

/** Registers the check that nothing goes wrong on any day of the steps up to this one. */
export function anyDay(step: number): void {
  test(`step ${step} · on any day, all of this holds`, () =>
    playDays(lessonDays(step), budget()));
}
