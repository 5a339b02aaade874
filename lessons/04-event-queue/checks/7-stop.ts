import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulatedTime } from "../given/simulated-time.ts";
import { queueOf, workerOf } from "./desk.ts";
import { anyDay } from "./worker-play.ts";

test("step 7 · `stop` puts the jobs that wait for their delay back into the queue", async () => {
  const time = new SimulatedTime();
  const queue = queueOf("tea", "milk", "cup");
  const handle = async (job: string) => {
    if (job !== "tea") await time.wait(150);
    if (job !== "cup") throw new Error("the kettle is cold");
  };
  const options = { attempts: 5, timers: time, random: () => 0 };
  const worker = workerOf(queue, handle, options).start();
  // By then the milk has waited for its delay, and waits for a hand; the tea waits for its second delay.
  await time.pass(260);
  await time.passUntil(worker.stop());
  assert.deepEqual(
    {
      back: [queue.tryTake(), queue.tryTake()].sort(),
      more: queue.size,
      timers: time.pending,
    },
    { back: ["milk", "tea"], more: 0, timers: 0 },
  );
});

anyDay(7, "stops", "failsNow", "waits", "account");
