// Days of two queues and two workers, on the answer and on the model.
import { checkDays } from "#any-day";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { observed, RULES, type Rule, titlesOf } from "./book.ts";
import { SlowQueue } from "./slow-queue.ts";
import { SlowWorker } from "./slow-worker.ts";
import { daysOf, storyOf } from "./worker-day.ts";
import { play } from "./worker-play.ts";

/** Registers the checks that the days of the steps up to this one make, one for each of these rules. */
export function anyDay(step: number, ...rules: Rule[]): void {
  checkDays(step, titlesOf(rules), {
    day: daysOf(step),
    play: (day) => play(day, EventQueue, Worker),
    model: (day) => play(day, SlowQueue, SlowWorker),
    story: storyOf,
    rule: (day, seen) => seen ?? RULES[observed(day)],
  });
}
