// Days made up by chance, with the services of this lesson and with slow, simple ones.
import { test } from "node:test";
import { type AnyDay, budget, playDays } from "#any-day";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderError, OrderService } from "#lesson/03-online-shop/order-service.ts";
import { daysOf } from "./day.ts";
import { Refusal, SlowAnalytics, SlowNotifications, SlowOrders } from "./model.ts";
import { play } from "./play.ts";
import type { Makers } from "./shop.ts";
import { type Day, ruleOf, storyOf } from "./story.ts";

const ANSWER: Makers = {
  orders: OrderService,
  notifications: NotificationService,
  analytics: AnalyticsService,
  refusal: OrderError,
};
const MODEL: Makers = {
  orders: SlowOrders,
  notifications: SlowNotifications,
  analytics: SlowAnalytics,
  refusal: Refusal,
};

/** Registers the check that nothing goes wrong on any day of the steps up to this one. */
export function anyDay(step: number): void {
  const days: AnyDay<Day> = {
    day: daysOf(step),
    play: (day) => play(day, step, ANSWER),
    model: (day) => play(day, step, MODEL),
    story: storyOf,
    rule: ruleOf,
  };
  test(`step ${step} · on any day, all of this holds`, () => playDays(days, budget()));
}
