import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attempt } from "#bus/queue-contract";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { queueOf } from "./desk.ts";

test("step 5 · the signal aborts when the time is over, and not before", async () => {
  const time = new SimulatedTime();
  const begun: Attempt[] = [];
  const handle = (_job: string, attempt: Attempt) => {
    begun.push(attempt);
    return new Promise(() => {});
  };
  const options = { timeLimit: 1_000, attempts: 1, timers: time };
  new Worker(queueOf("order 1", "order 2"), handle, options).start();
  await time.pass(1_000);
  // This handler asks for its signals when the time of order 1 is over.
  const aborted = begun.map(({ signal }) => signal.aborted);
  assert.deepEqual({ aborted }, { aborted: [true, false] });
});

anyDay(5, "limit", "timers", "tooLate", "noLimit");
