import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { anyDay } from "./any-day.ts";
import {
  consumerOn,
  dead,
  fate,
  newDesk,
  publishing,
  queue,
  registered,
  slowWork,
  soon,
  times,
  watch,
} from "./desk.ts";

/** No work and no broker is too slow to be waited for: whoever sets a time limit meets it at once. */
function endTimeLimits(t: TestContext): void {
  t.mock.method(globalThis, "setTimeout", (call: () => void) => setImmediate(call));
}

test("step 8 · `flush` waits for what was published before it, failed or not, and for nothing after", async () => {
  const { line, publisher, quiet } = await newDesk();
  const open = await publisher({ window: 2, mandatory: true });
  await soon(open.flush(), "flush with nothing on its way");
  const other = await publisher();
  line.hold();
  const states = watch([1, 2, 3].map((userId) => publishing(open, registered(userId))));
  other.publish(registered(4));
  // The one published last fails at once.
  publishing(other, registered(7n)).catch(() => {});
  const flushed = watch([open.flush(), open.flush(), other.flush()]);
  await quiet();
  const before = [...flushed];
  line.release();
  await quiet();
  assert.deepEqual(
    { before, after: flushed, outcomes: states.map(fate) },
    {
      before: ["pending", "pending", "pending"],
      after: ["resolved", "resolved", "resolved"],
      outcomes: Array(3).fill("UnroutableError"),
    },
  );
});

test("step 8 · `flush` ends while others go on publishing", async () => {
  const { publisher } = await newDesk();
  const open = await publisher({ window: 1 });
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
  endTimeLimits(t);
  const { line, ends, publisher, collect, users, quiet } = await newDesk();
  const [open, other] = [await publisher({ window: 2 }), await publisher()];
  collect("all", "#");
  line.hold();
  for (const userId of [1, 2, 3, 4, 5]) open.publish(registered(userId));
  const closing = watch([open.close(), open.close()]);
  await quiet();
  const before = [...closing];
  const refused = watch([open.publish(registered(6))]);
  line.release();
  await quiet();
  assert.deepEqual(
    { before, after: closing, refused: refused.map(fate), arrived: users("all") },
    {
      before: ["pending", "pending"],
      after: ["resolved", "resolved"],
      refused: ["rejected"],
      arrived: [1, 2, 3, 4, 5],
    },
  );
  const channelsClosed = times(line, "ChannelClose");
  const others = watch([other.publish(registered(7))]);
  await quiet();
  assert.deepEqual(
    { channelsClosed, ends, "another one's publish": others },
    { channelsClosed: 1, ends: [], "another one's publish": ["resolved"] },
  );
});

test("step 8 · a consumer's `close` waits for the work in hand, and for its acknowledgement", async (t) => {
  endTimeLimits(t);
  const { broker, line, consumer, send, users, quiet } = await newDesk();
  const ends: ((error?: Error) => void)[] = [];
  const work = () =>
    new Promise<void>((resolve, reject) => {
      ends.push((error) => (error ? reject(error) : resolve()));
    });
  const failures: unknown[] = [];
  const open = await consumer(work, { onError: (error) => failures.push(error) });
  for (const userId of [1, 2]) await send(registered(userId));
  const closing = watch([open.close(), open.close()]);
  await quiet();
  const before = [...closing];
  // A failure, too, leaves the other one in hand.
  await send(registered(3));
  ends[0]?.(new Error("no paper"));
  await quiet();
  const afterOneFailed = [...closing];
  line.hold();
  ends[1]?.();
  await quiet();
  // Nobody knows yet whether the broker has heard it.
  const unanswered = [...closing];
  line.release();
  await quiet();
  const pending = ["pending", "pending"];
  assert.deepEqual(
    { before, afterOneFailed, unanswered, after: closing },
    {
      ...{ before: pending, afterOneFailed: pending, unanswered: pending },
      after: ["resolved", "resolved"],
    },
  );
  const left = { queue: users(queue), deadLetters: users(dead) };
  const channelsClosed = times(line, "ChannelClose");
  assert.deepEqual(
    {
      ...left,
      inHand: broker.inHand().length,
      failures: failures.length,
      channelsClosed,
    },
    { queue: [3], deadLetters: [1], inHand: 0, failures: 1, channelsClosed: 1 },
  );
});

test("step 8 · what comes before the broker has answered `cancel` is in hand, too", async () => {
  const { broker, line, consumer, send, users, quiet } = await newDesk();
  const ends: (() => void)[] = [];
  const open = await consumer(() => new Promise<void>((resolve) => ends.push(resolve)));
  await send(registered(1));
  line.hold();
  await send(registered(2));
  const closing = watch([open.close()]);
  await quiet();
  line.release();
  await quiet();
  ends[0]?.();
  await quiet();
  const [while2IsInHand] = closing;
  ends[1]?.();
  await quiet();
  assert.deepEqual(
    { begun: ends.length, while2IsInHand, after: closing[0] },
    { begun: 2, while2IsInHand: "pending", after: "resolved" },
  );
  const left = { queue: users(queue), inHand: broker.inHand().length };
  assert.deepEqual(left, { queue: [], inHand: 0 });
});

test("step 8 · `close` ends after the line was cut, and is not itself a loss", async () => {
  const { line, publisher, consumer, another, quiet } = await newDesk();
  const lost: string[] = [];
  const mine = await another();
  const quitting = await consumerOn(mine.connection, () => {}, {
    onLost: () => lost.push("closed here"),
  });
  const { work, finish, begun } = slowWork();
  const open = await publisher();
  const worker = await consumer(work, {
    onLost: () => lost.push("cut"),
    queue: "analytics-worker",
  });
  open.publish(registered(7)).catch(() => {});
  await quiet();
  await soon(quitting.close(), "close");
  line.cut();
  await quiet();
  const closing = watch([open.close(), worker.close()]);
  await quiet();
  const [, whileItWorks] = closing;
  finish();
  await quiet();
  const [ofPublisher, ofConsumer] = closing;
  assert.deepEqual(
    { whileItWorks, ofPublisher, ofConsumer, lost, begun },
    {
      whileItWorks: "pending",
      ofPublisher: "resolved",
      ofConsumer: "resolved",
      lost: ["cut"],
      begun: [7],
    },
  );
});

test("step 8 · `close` ends although the broker is blocked, before or after it began", async () => {
  for (const when of ["before", "after"]) {
    const { line, connection, publisher, consumer, quiet } = await newDesk();
    const [open, worker] = [await publisher(), await consumer()];
    if (when === "before") line.block();
    else line.hold();
    await quiet();
    const states = watch([open.publish(registered(7))]);
    const closing = watch([open.close(), worker.close()]);
    await quiet();
    if (when === "after") {
      line.block();
      line.release();
    }
    await quiet();
    const [ofPublisher, ofConsumer] = closing;
    assert.deepEqual(
      { when, ofPublisher, ofConsumer },
      { when, ofPublisher: "resolved", ofConsumer: "resolved" },
    );
    await soon(connection.close(), "the connection's close");
    await quiet();
    assert.ok(states[0] !== "pending");
  }
});

anyDay(8);
