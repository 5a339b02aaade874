import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { drain, fail, queueOf, quiet, workerOf } from "./desk.ts";

test("step 7 · `stop` puts the jobs that wait for their delay back into the queue", async () => {
  const time = new SimulatedTime();
  const queue = queueOf("tea", "tea", "cup");
  const worker = workerOf(queue, fail, { attempts: 5, timers: time }).start();
  await quiet();
  const asleep = { waiting: queue.size, timers: time.pending };
  await worker.stop();
  assert.deepEqual(
    { asleep, back: drain(queue).sort(), timers: time.pending },
    { asleep: { waiting: 0, timers: 3 }, back: ["cup", "tea", "tea"], timers: 0 },
  );
});

anyDay(7, "stops", "failsNow", "waits", "account");
