import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { queueOf, workerOf } from "./desk.ts";

test("step 7 · `stop` puts the jobs that wait for their delay back into the queue", async () => {
  const stopAfter = async (delay: number) => {
    const time = new SimulatedTime();
    const queue = queueOf("tea", "tea", "cup");
    const handle = (job: string) => {
      if (job === "tea") throw new Error("the kettle is cold");
      return time.wait(500);
    };
    const worker = workerOf(queue, handle, { attempts: 5, timers: time }).start();
    await time.pass(delay);
    await time.passUntil(worker.stop());
    const back = [queue.tryTake(), queue.tryTake()];
    return { back, more: queue.size, timers: time.pending };
  };
  const stopped = { back: ["tea", "tea"], more: 0, timers: 0 };
  assert.deepEqual(
    { whileTheyWait: await stopAfter(10), whenNoHandIsFree: await stopAfter(200) },
    { whileTheyWait: stopped, whenNoHandIsFree: stopped },
  );
});

anyDay(7, "stops", "failsNow", "waits", "account");
