import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulatedTime } from "../given/simulated-time.ts";
import { queueOf, workerOf } from "./desk.ts";
import { anyDay } from "./worker-play.ts";

test("step 7 · `stop` puts the jobs that wait for their delay back into the queue", async () => {
  const time = new SimulatedTime();
  const queue = queueOf("tea", "tea", "cup");
  const handle = (job: string) => {
    if (job === "tea") throw new Error("the kettle is cold");
    return time.wait(500);
  };
  const worker = workerOf(queue, handle, { attempts: 5, timers: time }).start();
  await time.pass(10);
  await time.passUntil(worker.stop());
  assert.deepEqual(
    { back: [queue.tryTake(), queue.tryTake()], more: queue.size, timers: time.pending },
    { back: ["tea", "tea"], more: 0, timers: 0 },
  );
});

anyDay(7, "stops", "failsNow", "waits", "account");
