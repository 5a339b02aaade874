import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { anyDay } from "./any-day.ts";
import {
  fate,
  newDesk,
  publisherOn,
  publishing,
  refusalOf,
  registered,
  times,
  watch,
} from "./desk.ts";

test("step 5 · no more events are on their way than `window` allows, by default 256", async () => {
  const { line, publisher, quiet } = await newDesk();
  for (const window of [3, undefined]) {
    const open = await publisher(window === undefined ? {} : { window });
    line.hold();
    const before = times(line, "BasicPublish");
    const states = watch(
      Array.from({ length: 300 }, (_, at) => open.publish(registered(at))),
    );
    await quiet();
    const onTheWay = times(line, "BasicPublish") - before;
    line.release();
    await quiet();
    const confirmed = states.filter((state) => state === "resolved").length;
    assert.deepEqual(
      { window, onTheWay, confirmed },
      { window, onTheWay: window ?? 256, confirmed: 300 },
    );
  }
});

test("step 5 · those that wait are sent in order, and before a newcomer", async () => {
  const { publisher, collect, users, quiet } = await newDesk();
  for (const window of [1, 2]) {
    const open = await publisher({ window });
    collect(`window of ${window}`, "#");
    const published = [1, 2, 3, 4, 5].map((userId) => open.publish(registered(userId)));
    published[0]?.then(() => open.publish(registered(6)));
    await quiet();
    const arrived = users(`window of ${window}`);
    assert.deepEqual({ window, arrived }, { window, arrived: [1, 2, 3, 4, 5, 6] });
  }
});

test("step 5 · an event that fails makes room for one other", async () => {
  const { line, publisher, collect, quiet } = await newDesk();
  const open = await publisher({ window: 1, mandatory: true });
  collect("all", "user.*");
  line.hold();
  const names = ["user.registered", "order.created", "user.deleted", "order.paid"];
  const data = [{ odd: 7n }, {}, {}, {}];
  const states = watch(
    names.map((name, at) => publishing(open, createEvent(name, data[at]))),
  );
  await quiet();
  const sentAtFirst = times(line, "BasicPublish");
  line.release();
  await quiet();
  line.hold();
  for (const userId of [1, 2, 3]) open.publish(registered(userId));
  await quiet();
  const sentAtLast = times(line, "BasicPublish") - 3;
  const outcomes = Object.fromEntries(names.map((name, at) => [name, fate(states[at])]));
  assert.deepEqual(
    { sentAtFirst, ...outcomes, sentAtLast },
    {
      sentAtFirst: 1,
      "user.registered": "rejected",
      "order.created": "UnroutableError",
      "user.deleted": "resolved",
      "order.paid": "UnroutableError",
      sentAtLast: 1,
    },
  );
});

test("step 5 · 10,000 events that JSON cannot hold fail one by one", async () => {
  const { publisher, quiet } = await newDesk();
  const open = await publisher({ window: 1 });
  const states = watch([open.publish(registered(1))]);
  for (let at = 0; at < 10_000; at++) publishing(open, registered(7n)).catch(() => {});
  states.push(...watch([open.publish(registered(2))]));
  const last = watch([open.publish(registered(3))]);
  await quiet();
  assert.deepEqual(
    { first: states[0], last: last[0] },
    { first: "resolved", last: "resolved" },
  );
});

test("step 5 · when the line is cut, those that wait for room reject, too", async () => {
  const { line, publisher, quiet } = await newDesk();
  const open = await publisher({ window: 2 });
  line.hold();
  const states = watch([1, 2, 3, 4, 5].map((userId) => open.publish(registered(userId))));
  await quiet();
  line.cut();
  await quiet();
  assert.deepEqual(
    { outcomes: states.map(fate) },
    { outcomes: Array(5).fill("rejected") },
  );
});

test("step 5 · a window that is not a whole number of 1 or more is a `RangeError`", async () => {
  const { connection } = await newDesk();
  const seen: Record<string, string> = {};
  for (const window of [1, 0, -1, 2.5, Number.NaN, Infinity])
    seen[window] = await refusalOf(publisherOn(connection, { window }));
  const wanted = Object.fromEntries(
    Object.keys(seen).map((key) => [key, key === "1" ? "resolved" : "RangeError"]),
  );
  assert.deepEqual(seen, wanted);
});

anyDay(5);
