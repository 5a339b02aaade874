import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { queueOf } from "./desk.ts";

test("step 7 · `stop` puts the jobs that wait for their delay back into the queue", async () => {
  // After 10 ms they wait; after 200 ms their delay is over, but no hand is free.
  for (const ms of [10, 200]) {
    const time = new SimulatedTime();
    const queue = queueOf("tea", "tea", "cup");
    const handle = (job: string) => {
      if (job === "tea") throw new Error("the kettle is cold");
      return time.wait(500);
    };
    const worker = new Worker(queue, handle, { timers: time }).start();
    queue.close();
    await time.pass(ms);
    await time.passUntil(worker.stop());
    const waiting = [queue.tryTake(), queue.tryTake(), queue.tryTake()];
    assert.deepEqual(
      { [`in the queue, stopped after ${ms} ms`]: waiting },
      { [`in the queue, stopped after ${ms} ms`]: ["tea", "tea", undefined] },
    );
  }
});

anyDay(7, "stops", "failsNow", "waits", "account");
