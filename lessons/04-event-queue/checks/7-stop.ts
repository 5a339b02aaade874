import assert from "node:assert/strict";
import { test } from "node:test";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { drain, fail, handwork, queueOf, quiet, workerOf } from "./desk.ts";

test("step 7 · `stop` puts the jobs that wait for their delay back into the queue", async () => {
  const time = new SimulatedTime();
  const { handle, finish } = handwork();
  const queue = new EventQueue<string>({ capacity: 4 });
  for (const job of ["tea", "tea", "broken", "order 4"]) queue.put(job);
  const work = (job: string) => (job === "order 4" ? handle(job) : fail());
  const options = { attempts: 5, timeLimit: Infinity, timers: time, random: () => 0 };
  const worker = workerOf(queue, work, options).start();
  // The delays of all are over now, but order 4 has the hand.
  await time.pass(60_000);
  for (const job of ["order 5", "order 6", "order 7", "order 8"]) queue.put(job);
  queue.close();
  const stopping = worker.stop();
  finish("order 4");
  await stopping;
  const back = drain(queue).slice(4);
  const asleep = queueOf("tea", "tea", "cup");
  const other = workerOf(asleep, fail, options).start();
  await quiet();
  await other.stop();
  await other.stop();
  assert.deepEqual(
    { back, asleep: drain(asleep), timers: time.pending },
    { back: ["tea", "tea", "broken"], asleep: ["tea", "tea", "cup"], timers: 0 },
  );
});

anyDay(7, "stops", "failsNow", "waits", "restart", "account");
