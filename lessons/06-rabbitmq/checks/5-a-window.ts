import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import {
  newDesk,
  publisherOn,
  publishing,
  registered,
  someThousand,
  times,
  wantsCounts,
  watch,
} from "./desk.ts";

test("step 5 · no more events are on their way than `window` allows, by default 256", async () => {
  const { line, publisher, quiet } = await newDesk();
  const other = await publisher();
  const crowd = someThousand();
  const event = registered("again and again");
  for (const [window, ...counts] of [
    [3, 50, 50],
    [undefined, 300, 300],
    [crowd, 2 * crowd],
  ] as const) {
    // Nobody waits for them: they all come back, and each makes room for one.
    const mandatory = window !== undefined;
    const open = await publisher({ mandatory, ...(window && { window }) });
    for (const count of counts) {
      line.hold();
      other.publish(event);
      await quiet();
      const before = times(line, "BasicPublish");
      const events = Array.from({ length: count }, (_, at) =>
        mandatory ? registered(at) : event,
      );
      const states = watch(events.map((event) => publishing(open, event)));
      await quiet();
      // What has come back is on its way until it is confirmed.
      if (mandatory) line.release(1);
      await quiet();
      const onTheWay = times(line, "BasicPublish") - before;
      line.release();
      await quiet();
      const due = mandatory ? "UnroutableError" : "resolved";
      const settled = states.filter((state) => state === due).length;
      assert.deepEqual(
        { window, count, onTheWay, settled },
        { window, count, onTheWay: window ?? 256, settled: count },
      );
    }
  }
});

/** How many calls are under way. */
function depth(): number {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Infinity;
  const { length } = String(new Error("looked at").stack).split("\n");
  Error.stackTraceLimit = stackTraceLimit;
  return length;
}

test("step 5 · 1,000 events that JSON cannot hold fail one by one", async () => {
  const { publisher, quiet } = await newDesk();
  const open = await publisher({ window: 1 });
  let tried = 0;
  const depths: number[] = [];
  const toJSON = () => {
    // To look takes the longer, the deeper it is.
    if (tried++ % 100 === 0) depths.push(depth());
    throw new TypeError("not as JSON");
  };
  const first = open.publish(registered(1));
  for (let at = 0; at < 1_000; at++)
    publishing(open, registered({ toJSON })).catch(() => {});
  const states = watch([first, open.publish(registered(2))]);
  await quiet();
  // Whoever sends the next one inside the failure of the last goes deeper, until no stack is left.
  const isDeep = Math.max(...depths) - Math.min(...depths) > 500;
  assert.deepEqual(
    { tried, isDeep, states },
    { tried: 1_000, isDeep: false, states: ["resolved", "resolved"] },
  );
});

test("step 5 · a window that is not a whole number of 1 or more is a `RangeError`", async () => {
  const { connection } = await newDesk();
  await wantsCounts((window) => publisherOn(connection, { window }));
});

anyDay(5, "order");
