// Days made up by chance, with the services of this lesson and with slow, simple ones.
import { checkDays } from "#any-day";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderError, OrderService } from "#lesson/03-online-shop/order-service.ts";
import { daysOf } from "./day.ts";
import { model } from "./model.ts";
import { play } from "./play.ts";
import { RULES, type Rule } from "./rules.ts";
import { type Day, ruleOf, storyOf } from "./story.ts";

const answer = {
  orders: OrderService,
  notifications: NotificationService,
  analytics: AnalyticsService,
  refusal: OrderError,
};

/** Registers the check that nothing goes wrong on any day of the steps up to this one, and those of its rules. */
export function anyDay(step: number, ...rules: Rule[]): void {
  const days = {
    day: daysOf(step),
    play: (day: Day) => play(day, step, answer),
    model: (day: Day) => play(day, step, model),
    story: storyOf,
    rule: ruleOf,
  };
  const titles = rules.map((rule) => RULES[rule]);
  checkDays(step, titles, days);
}
