import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { newDesk, otherExchange, registered, times, wantsCounts, watch } from "./desk.ts";

test("step 5 · no more events are on their way than `window` allows, by default 256", async () => {
  const { broker, line, publisher, quiet } = await newDesk();
  const other = await publisher({ exchange: otherExchange });
  const event = registered("again and again");
  for (const window of [3, undefined, 5_000]) {
    // Nobody waits for them: they all come back, and each makes room for one.
    const mandatory = window !== undefined;
    const open = await publisher({ mandatory, ...(window && { window }) });
    const [due, before] = [window ?? 256, times(line, "BasicPublish")];
    // Whoever goes by ids sends them in another order.
    const events = Array.from({ length: due + 70 }, (_, at) =>
      mandatory ? registered(at) : event,
    ).reverse();
    line.hold();
    const others = watch([other.publish(events[0] ?? event)]);
    const states = watch(events.map((one) => open.publish(one)));
    await quiet();
    // What has come back is on its way until it is confirmed.
    if (mandatory) line.release(1);
    await quiet();
    const onTheWay = times(line, "BasicPublish") - before - 1;
    line.release();
    await quiet();
    const outcome = mandatory ? "UnroutableError" : "resolved";
    const settled = states.filter((state) => state === outcome).length;
    const inOrder = broker.published
      .slice(-events.length)
      .every(({ properties }, at) => properties.messageId === events[at]?.id);
    assert.deepEqual(
      { window, onTheWay, settled, inOrder, others },
      { window, onTheWay: due, settled: due + 70, inOrder: true, others: ["resolved"] },
    );
    if (due < 5_000) continue;
    // Those that wait hear of the end, too, however full the buffer is.
    const ended = watch(events.map((one) => open.publish(one)));
    line.cut();
    await quiet();
    assert.deepEqual({ hears: !ended.includes("pending") }, { hears: true });
  }
});

test("step 5 · events that JSON cannot hold fail one by one, however many wait", async () => {
  const { publisher, quiet } = await newDesk();
  const open = await publisher({ window: 1 });
  let tried = 0;
  const toJSON = () => {
    tried += 1;
    throw new TypeError("not as JSON");
  };
  const first = open.publish(registered(1));
  const many = 11_000;
  for (let at = 0; at < many; at++) open.publish(registered({ toJSON })).catch(() => {});
  const states = watch([first, open.publish(registered(2))]);
  await quiet();
  // Whoever sends the next one inside the failure of the last goes deeper, until no stack is left.
  assert.deepEqual({ tried, states }, { tried: many, states: ["resolved", "resolved"] });
});

test("step 5 · a window that is not a whole number of 1 or more is a `RangeError`", async () => {
  const { publisher } = await newDesk();
  await wantsCounts(async (window) => publisher({ window }), Number.MAX_SAFE_INTEGER);
});

anyDay(5, "order");
