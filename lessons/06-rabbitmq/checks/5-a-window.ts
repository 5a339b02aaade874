import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { anyDay } from "./any-day.ts";
import {
  exchange,
  fate,
  newDesk,
  publisherOn,
  publishing,
  refuse,
  registered,
  times,
  wantsCounts,
  watch,
} from "./desk.ts";

test("step 5 · no more events are on their way than `window` allows, by default 256", async () => {
  const { broker, line, publisher, collect, quiet } = await newDesk();
  for (const window of [3, undefined, 2_100]) {
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
      const settled = states.filter((state) => state === "UnroutableError").length;
      assert.deepEqual(
        { window, round, onTheWay, settled },
        { window, round, onTheWay: window ?? 256, settled: count },
      );
    }
  }
  refuse(broker, exchange, "stock.low");
  collect("all", "user.#");
  const [open, other] = [await publisher({ window: 2 }), await publisher()];
  line.hold();
  other.publish(registered(0));
  await quiet();
  const before = times(line, "BasicPublish");
  const event = registered(1);
  const outcomes: Promise<void>[] = [];
  for (const one of [createEvent("stock.low", {}), event, event, registered(2)]) {
    outcomes.push(publishing(open, one));
    await quiet();
  }
  const states = watch(outcomes);
  const look = (answer: string) => {
    const sent = times(line, "BasicPublish") - before;
    return { answer, sent, outcomes: states.map((state) => fate(state)) };
  };
  line.release(1);
  const seen = [look("none")];
  for (const answer of ["refused", "confirmed"]) {
    line.release(1);
    await quiet();
    seen.push(look(answer));
  }
  const [one, two] = ["rejected", "resolved"];
  const still = "pending";
  assert.deepEqual(seen, [
    { answer: "none", sent: 2, outcomes: [still, still, still, still] },
    { answer: "refused", sent: 3, outcomes: [one, still, still, still] },
    { answer: "confirmed", sent: 4, outcomes: [one, two, still, still] },
  ]);
});

/** How many calls are under way. */
function depth(): number {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = Infinity;
  Error.prepareStackTrace = (_error, calls) => calls.length;
  const count = Number(new Error("looked at").stack);
  Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  return count;
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
    { tried, "each deeper than the last": isDeep, states },
    {
      tried: 1_000,
      "each deeper than the last": false,
      states: ["resolved", "resolved"],
    },
  );
});

test("step 5 · a window that is not a whole number of 1 or more is a `RangeError`", async () => {
  const { connection } = await newDesk();
  await wantsCounts((window) => publisherOn(connection, { window }));
});

anyDay(5, "order");
