import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { lazyTimers } from "#bus/lazy-timers";

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("a timer goes off once, after its delay, and never when it was cleared", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const log: string[] = [];
  lazyTimers.setTimeout(() => log.push("100 ms"), 100);
  const early = lazyTimers.setTimeout(() => log.push("cleared at once"), 50);
  const late = lazyTimers.setTimeout(() => log.push("cleared later"), 50);
  lazyTimers.clearTimeout(early);
  lazyTimers.clearTimeout(undefined);
  await turn();
  lazyTimers.clearTimeout(late);
  lazyTimers.clearTimeout(late);
  t.mock.timers.tick(99);
  const before = [...log];
  t.mock.timers.tick(1_000);
  assert.deepEqual({ before, log }, { before: [], log: ["100 ms"] });
});

test("delays beyond 2 ** 31 ms are waited for, and can be cleared on the way", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const log: string[] = [];
  lazyTimers.setTimeout(() => log.push("5e9 ms"), 5e9);
  const cleared = lazyTimers.setTimeout(() => log.push("cleared"), 5e9);
  await turn();
  t.mock.timers.tick(2 ** 31 - 1);
  t.mock.timers.tick(1);
  lazyTimers.clearTimeout(cleared);
  const after25Days = [...log];
  t.mock.timers.tick(2 ** 31 - 1);
  t.mock.timers.tick(5e9 - 2 ** 32 + 10);
  assert.deepEqual({ after25Days, log }, { after25Days: [], log: ["5e9 ms"] });
});

test("a timer that is cleared before the next turn never reaches Node's timers", async () => {
  const set = mock.method(globalThis, "setTimeout");
  for (let job = 0; job < 1_000; job++) {
    lazyTimers.clearTimeout(lazyTimers.setTimeout(() => {}, 30_000));
  }
  await turn();
  set.mock.restore();
  assert.equal(set.mock.callCount(), 0);
});
