import assert from "node:assert/strict";
import { test } from "node:test";
import { type BusEvent, createEvent } from "#bus/contract";
import { anyDay } from "./any-day.ts";
import { endTimeLimits, fate, newDesk, queue, registered, soon, watch } from "./desk.ts";

test("step 8 · `flush` ends while others go on publishing", async (t) => {
  t.after(endTimeLimits());
  const { line, publisher, quiet } = await newDesk();
  const open = await publisher({ window: 2 });
  line.hold();
  const event = registered(6);
  for (const _ of ["once", "and once more"]) {
    open.publish(event);
    await quiet();
  }
  line.release(1);
  await quiet();
  const flushing = open.flush();
  const states = watch([flushing]);
  await quiet();
  if (states[0] !== "pending") await flushing;
  assert.deepEqual(
    { "flush, with one to come": states[0] },
    { "flush, with one to come": "pending" },
  );
  line.release();
  let flushed = false;
  const goOn = async () => {
    while (!flushed) await open.publish(registered(7));
  };
  const busy = [goOn(), goOn()];
  try {
    await soon(open.flush(), "flush");
  } finally {
    flushed = true;
    await Promise.all(busy);
  }
});

test("step 8 · a publisher's `close` sends all that was published, then closes the channel", async (t) => {
  t.after(endTimeLimits());
  const { line, ends, publisher, collect, users, quiet } = await newDesk();
  const [open, other] = [await publisher({ window: 2 }), await publisher()];
  collect("all", "user.#");
  // A block that is over is over.
  line.block();
  line.unblock();
  await quiet();
  line.hold();
  for (const userId of [1, 2, 3, 4, 5]) open.publish(registered(userId));
  const closing = watch([open.close()]);
  await quiet();
  const [before] = closing;
  line.release();
  await quiet();
  // Another publisher of the connection goes on. The broker closes its channel before it does.
  other.publish(registered(6));
  await quiet();
  line.hold();
  other.publish(registered(7));
  const last = watch([other.close()]);
  await quiet();
  for (const tag of line.channels.keys()) line.refuse(tag);
  line.release();
  await quiet();
  assert.deepEqual(
    { before, after: closing[0], last: last[0], arrived: users("all"), ends },
    {
      before: "pending",
      after: "resolved",
      last: "resolved",
      arrived: [1, 2, 3, 4, 5, 6, 7],
      ends: [],
    },
  );
});

test("step 8 · a consumer's `close` waits for the work in hand, and for its acknowledgement", async (t) => {
  t.after(endTimeLimits());
  for (const last of [0, 2]) {
    const { broker, line, consumer, send, users, quiet } = await newDesk();
    // On the same connection, and goes on.
    await consumer(() => {}, { queue: "another" });
    const ends: (() => void)[] = [];
    const work = ({ name }: BusEvent) => {
      if (name === "user.deleted") throw new Error("no paper");
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    const open = await consumer(work, { onError: () => {} });
    await send(registered(0), "not an event");
    await send(createEvent("user.deleted", {}));
    // Whoever publishes again does so with the same id.
    const event = registered(1);
    for (const _ of ["once", "and once more"]) await send(event);
    line.hold();
    // It is on its way when the worker goes home, and so in hand.
    await send(registered(2));
    const closing = watch([open.close()]);
    await quiet();
    line.release();
    await quiet();
    if (last === 0) await send(registered(3));
    const before = closing[0];
    for (const at of [2 - last, 1]) ends[at]?.();
    await quiet();
    const whileOneIsInHand = closing[0];
    line.hold();
    ends[last]?.();
    await quiet();
    const untilTheBrokerAnswers = closing[0];
    line.release();
    await quiet();
    assert.deepEqual(
      { before, whileOneIsInHand, untilTheBrokerAnswers, after: closing[0] },
      {
        before: "pending",
        whileOneIsInHand: "pending",
        untilTheBrokerAnswers: "pending",
        after: "resolved",
      },
    );
    if (last !== 0) await send(registered(3));
    const left = {
      queue: users(queue),
      another: users("another"),
      inHand: broker.inHand().length,
      channels: line.channels.size,
    };
    assert.deepEqual(left, { queue: [3], another: [], inHand: 0, channels: 1 });
  }
});

anyDay(8, "flush", "cancel", "closeCut", "closeBlocked");
