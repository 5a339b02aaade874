// Registers the checks that days make: one for each of these rules, and one for all that holds.
import { checkDays } from "#any-day";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { RULES, type Rule, titlesOf } from "./book.ts";
import { SlowQueue, SlowWorker } from "./model.ts";
import * as queues from "./queue-day.ts";
import * as workers from "./worker-day.ts";
import { play } from "./worker-play.ts";

export function anyQueueDay(step: number, ...rules: Rule[]): void {
  checkDays(step, titlesOf(rules), {
    day: queues.daysOf(step),
    play: (day) => queues.play(day, EventQueue),
    model: (day) => queues.play(day, SlowQueue),
    story: queues.storyOf,
    rule: (_day, seen) => seen ?? RULES.order,
  });
}

export function anyDay(step: number, ...rules: Rule[]): void {
  checkDays(step, titlesOf(rules), {
    day: workers.daysOf(step),
    play: (day) => play(day, EventQueue, Worker),
    model: (day) => play(day, SlowQueue, SlowWorker),
    story: workers.storyOf,
    rule: (_day, seen) => seen ?? RULES[step < 6 ? "handles" : "sleeps"],
  });
}
