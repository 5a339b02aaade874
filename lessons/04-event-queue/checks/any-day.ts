// Days made up by chance, on the queue and the worker and on slow, simple ones.
import { checkDays } from "#any-day";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { daysOf } from "./day.ts";
import { SlowQueue, SlowWorker } from "./model.ts";
import { play } from "./play.ts";
import { RULES, type Rule, ruleOf, storyOf } from "./story.ts";

/** Registers the checks that days make: one for each of these rules, and one for all that holds. */
export function anyDay(step: number, ...rules: Rule[]): void {
  const titles = rules.map((rule) => RULES[rule]);
  checkDays(step, titles, {
    day: daysOf(step),
    play: (day) =>
      play(day, {
        queue: (options) => new EventQueue(options),
        worker: (queue, handle, options) => new Worker(queue, handle, options),
      }),
    model: (day) =>
      play(day, {
        queue: (options) => new SlowQueue(options),
        worker: (...args) => new SlowWorker(...args),
      }),
    story: storyOf,
    rule: ruleOf,
  });
}
