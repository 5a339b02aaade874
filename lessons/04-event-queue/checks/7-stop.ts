import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { drain, fail, queueOf, workerOf } from "./desk.ts";

test("step 7 · `stop` puts the jobs that wait for their delay back into the queue", async () => {
  const stopAfter = async (delay: number) => {
    const time = new SimulatedTime();
    const queue = queueOf("tea", "tea", "cup");
    const handle = (job: string) => (job === "cup" ? time.wait(500) : fail());
    const worker = workerOf(queue, handle, { attempts: 5, timers: time }).start();
    await time.pass(delay);
    const before = queue.size;
    await time.passUntil(worker.stop());
    return { before, back: drain(queue), timers: time.pending };
  };
  const stopped = { before: 0, back: ["tea", "tea"], timers: 0 };
  assert.deepEqual(
    { whileTheyWait: await stopAfter(10), whenNoHandIsFree: await stopAfter(200) },
    { whileTheyWait: stopped, whenNoHandIsFree: stopped },
  );
});

anyDay(7, "stops", "failsNow", "waits", "account");
