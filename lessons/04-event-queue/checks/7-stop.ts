import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attempt } from "#bus/queue-contract";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { queueOf } from "./desk.ts";

test("step 7 · `stop` puts the jobs that wait for their delay back into the queue", async () => {
  const again = ["tea, attempt 1", "tea, attempt 1"];
  // After 10 ms they wait; after 200 ms their delay is over, but no hand is free.
  for (const ms of [10, 200]) {
    const time = new SimulatedTime();
    const queue = queueOf("tea", "tea", "cup");
    let begun: string[] = [];
    const handle = (job: string, { number }: Attempt) => {
      begun.push(`${job}, attempt ${number}`);
      if (job === "tea") throw new Error("the kettle is cold");
      return time.wait(500);
    };
    const worker = new Worker(queue, handle, { timers: time }).start();
    queue.close();
    await time.pass(ms);
    await time.passUntil(worker.stop());
    const waiting = queue.size;
    begun = [];
    worker.start();
    await time.pass(0);
    assert.deepEqual(
      { "stopped after ms": ms, waiting, "begun at the next start": begun },
      { "stopped after ms": ms, waiting: 2, "begun at the next start": again },
    );
  }
});

anyDay(7, "stops", "failsNow", "waits", "account");
