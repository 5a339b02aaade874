// Days made up by chance, on the queue and the worker and on slow, simple ones.
import { test } from "node:test";
import { type AnyDay, playDays } from "#any-day";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { daysOf } from "./day.ts";
import { SlowQueue, SlowWorker } from "./model.ts";
import { play } from "./play.ts";
import { type Day, ruleOf, storyOf } from "./story.ts";

/** The lesson's days up to a step, as `#any-day` plays them. */
function lessonDays(step: number): AnyDay<Day> {
  return {
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
  };
}

/** Registers the check that nothing goes wrong on any day of the steps up to this one. */
export function anyDay(step: number): void {
  test(`step ${step} · on any day, all of this holds`, () => playDays(lessonDays(step)));
}
