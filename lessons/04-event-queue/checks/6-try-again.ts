import assert from "node:assert/strict";
import { test } from "node:test";
import type { Retry } from "#bus/queue-contract";
import { retryDelay, Worker } from "#lesson/04-event-queue/worker.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { anyDay } from "./any-day.ts";
import { queueOf } from "./desk.ts";

test("step 6 · `retryDelay` doubles with each failure, up to `maxDelay`", () => {
  const after = (failures: number, options = {}) =>
    retryDelay(failures, { random: () => 0, ...options });
  const usual = [1, 2, 3, 9, 10, 2_000].map((failures) => after(failures)).join();
  const zero = after(2_000, { firstDelay: 0 });
  const huge = after(1_001, { firstDelay: 1, maxDelay: 1e305 });
  const failures = "after 1, 2, 3, 9, 10, 2,000 failures";
  assert.deepEqual(
    { [failures]: usual, "firstDelay 0": zero, "maxDelay 1e305": huge },
    {
      [failures]: "100,200,400,25600,30000,30000",
      ...{ "firstDelay 0": 0, "maxDelay 1e305": 2 ** 1_000 },
    },
  );
});

test("step 6 · `retryDelay` leaves out half of the delay times `random()`, at `maxDelay` too", () => {
  const after = (failures: number) =>
    [0, 0.25, 0.75].map((chance) => retryDelay(failures, { random: () => chance }));
  assert.deepEqual(
    { "after 3 failures": after(3), "after 99 failures": after(99) },
    {
      "after 3 failures": [400, 350, 250],
      "after 99 failures": [30_000, 26_250, 18_750],
    },
  );
});

test("step 6 · a failed job is tried again after its delay, up to `attempts` times", async () => {
  for (const attempts of [2, 40, 700, Infinity]) {
    const time = new SimulatedTime();
    let [calls, onTime] = [0, 0];
    const due = [0];
    const handle = () => {
      if (time.now() === due.at(-1)) onTime += 1;
      if (++calls < 2_000) throw new Error("no paper");
    };
    const onRetry = ({ delay }: Retry) => due.push(time.now() + delay);
    const options = { attempts, timers: time, onRetry };
    const worker = new Worker(queueOf("tea"), handle, options).start();
    await time.passUntil(worker.idle());
    const most = Math.min(attempts, 2_000);
    assert.deepEqual(
      { attempts, "calls when it is idle": calls, "after the delay told": onTime },
      { attempts, "calls when it is idle": most, "after the delay told": most },
    );
  }
});

anyDay(6, "sleeps", "onRetry", "letterBack");
