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
    const taken = [queue.tryTake(), queue.tryTake(), queue.tryTake()];
    return { "taken from the queue": taken, "timers that run": time.pending };
  };
  const stopped = {
    "taken from the queue": ["tea", "tea", undefined],
    "timers that run": 0,
  };
  assert.deepEqual(
    {
      "stopped after 10 ms, while they wait": await stopAfter(10),
      "stopped after 200 ms, when no hand is free for them": await stopAfter(200),
    },
    {
      "stopped after 10 ms, while they wait": stopped,
      "stopped after 200 ms, when no hand is free for them": stopped,
    },
  );
});

anyDay(7, "stops", "failsNow", "waits", "account");
