import assert from "node:assert/strict";
import { test } from "node:test";
import { retryDelay } from "#lesson/04-event-queue/worker.ts";
import { anyDay } from "./any-day.ts";

test("step 6 · `retryDelay` doubles with each failure, up to `maxDelay`", () => {
  const of = (failures: number, firstDelay = 100, maxDelay = 1_000) =>
    retryDelay(failures, { firstDelay, maxDelay, random: () => 0 });
  assert.deepEqual(
    {
      "firstDelay 100, maxDelay 1,000": [1, 2, 3, 4, 5, 2_000].map((failed) =>
        of(failed),
      ),
      "firstDelay 0, after 1 and 2,000 failures": [of(1, 0), of(2_000, 0)],
      "maxDelay 0": of(9, 100, 0),
      "firstDelay 1, after 1,001 failures": of(1_001, 1, 1e305),
    },
    {
      "firstDelay 100, maxDelay 1,000": [100, 200, 400, 800, 1_000, 1_000],
      "firstDelay 0, after 1 and 2,000 failures": [0, 0],
      "maxDelay 0": 0,
      "firstDelay 1, after 1,001 failures": 2 ** 1_000,
    },
  );
});

test("step 6 · `retryDelay` leaves out half of the delay times `random()`, at `maxDelay` too", () => {
  const chances = [0, 0.25, 0.5, 0.75];
  const delays = [3, 99].map((failures) =>
    chances.map((chance) =>
      retryDelay(failures, { firstDelay: 100, maxDelay: 1_000, random: () => chance }),
    ),
  );
  assert.deepEqual(
    { "after 3 failures": delays[0], "after 99 failures": delays[1] },
    {
      "after 3 failures": [400, 350, 300, 250],
      "after 99 failures": [1_000, 875, 750, 625],
    },
  );
});

anyDay(6, "retries", "sleeps", "onRetry", "letterBack");
