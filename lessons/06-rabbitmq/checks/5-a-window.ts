import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import {
  newDesk,
  publisherOn,
  publishing,
  registered,
  times,
  wantsCounts,
  watch,
} from "./desk.ts";

test("step 5 · no more events are on their way than `window` allows, by default 256", async () => {
  const { line, publisher, quiet } = await newDesk();
  for (const window of [3, undefined, 1_200]) {
    const count = (window ?? 256) + 50;
    const open = await publisher({ mandatory: true, ...(window && { window }) });
    // Nobody waits for them: they all come back, and each makes room for one.
    for (const round of ["first", "second"]) {
      line.hold();
      const before = times(line, "BasicPublish");
      const events = Array.from({ length: count }, (_, at) => registered(at));
      const states = watch(events.map((event) => publishing(open, event)));
      await quiet();
      const onTheWay = times(line, "BasicPublish") - before;
      line.release();
      await quiet();
      const settled = states.filter((state) => state !== "pending").length;
      assert.deepEqual(
        { window, round, onTheWay, settled },
        { window, round, onTheWay: window ?? 256, settled: count },
      );
    }
  }
});

test("step 5 · 10,000 events that JSON cannot hold fail one by one", async () => {
  const { publisher, quiet } = await newDesk();
  const open = await publisher({ window: 1 });
  const states = watch([open.publish(registered(1))]);
  let overflows = 0;
  const count = (error: unknown) => {
    if (error instanceof RangeError) overflows += 1;
  };
  for (let at = 0; at < 10_000; at++) publishing(open, registered(7n)).catch(count);
  states.push(...watch([open.publish(registered(2))]));
  const last = watch([open.publish(registered(3))]);
  await quiet();
  assert.deepEqual(
    { "stack overflows": overflows, first: states[0], last: last[0] },
    { "stack overflows": 0, first: "resolved", last: "resolved" },
  );
});

test("step 5 · a window that is not a whole number of 1 or more is a `RangeError`", async () => {
  const { connection } = await newDesk();
  await wantsCounts((window) => publisherOn(connection, { window }));
});

anyDay(5, "order");
