import assert from "node:assert/strict";
import { test } from "node:test";
import type { StandIn } from "#broker/stand-in";
import { anyDay } from "./any-day.ts";
import {
  consumerOn,
  exchange,
  fate,
  newDesk,
  queue,
  refusalOf,
  registered,
  slowWork,
  someThousand,
  wantsCounts,
} from "./desk.ts";

test("step 6 · what is not done when the connection ends is back in the queue", async () => {
  const { line, consumer, send, users, another, quiet } = await newDesk();
  await consumer(slowWork().work);
  for (const userId of [1, 2]) await send(registered(userId));
  line.cut();
  await quiet();
  const backInTheQueue = users(queue);
  const { begun, work } = slowWork();
  await consumerOn((await another()).connection, work);
  await quiet();
  assert.deepEqual(
    { backInTheQueue, doneAgain: begun },
    { backInTheQueue: [1, 2], doneAgain: [1, 2] },
  );
});

test("step 6 · no more events are in hand than `prefetch` allows, by default 10", async () => {
  for (const prefetch of [2, undefined, someThousand() >> 2]) {
    const wanted = prefetch ?? 10;
    const { broker, consumer, put, quiet } = await newDesk();
    await consumer(() => {}, { queue: "another", prefetch: 1 });
    const { begun, work, finish } = slowWork();
    await consumer(work, prefetch === undefined ? {} : { prefetch });
    for (let userId = 0; userId < wanted + 5; userId++) put(registered(userId));
    await quiet();
    const [inHand, waiting] = [begun.length, broker.waiting(queue).length];
    finish();
    await quiet();
    const afterwards = Math.min(2 * wanted, wanted + 5);
    const another = broker.waiting("another").length;
    assert.deepEqual(
      { prefetch, inHand, waiting, afterwards: begun.length, another },
      { prefetch, inHand: wanted, waiting: 5, afterwards, another: 0 },
    );
  }
});

test("step 6 · events that were there before the consumer come within its `prefetch`, too", async () => {
  const { broker, consumer, makeQueue, send } = await newDesk();
  await makeQueue();
  for (let userId = 0; userId < 5; userId++) await send(registered(userId));
  const { begun, work } = slowWork();
  await consumer(work, { prefetch: 2 });
  await send(registered(5));
  assert.deepEqual(
    { inHand: begun, waiting: broker.waiting(queue).length },
    { inHand: [0, 1], waiting: 4 },
  );
});

test("step 6 · the queue and what waits in it survive a restart of the broker", async () => {
  const { broker, consumer, send, users, quiet } = await newDesk();
  await consumer(slowWork().work, { prefetch: 1 });
  for (const userId of [1, 2]) await send(registered(userId));
  broker.restart();
  await quiet();
  assert.deepEqual({ inTheQueue: users(queue) }, { inTheQueue: [1, 2] });
});

test("step 6 · `open` rejects where the queue was made differently; the connection lives on", async () => {
  const full = { durable: true, arguments: { "x-max-length": 5 } };
  const ways: Record<string, (broker: StandIn) => unknown> = {
    "the queue": (broker) => broker.declareQueue({ queue, ...full }),
    "the exchange": (broker) => broker.declareExchange(exchange, { type: "fanout" }),
  };
  for (const [different, make] of Object.entries(ways)) {
    const { broker, connection, ends, quiet } = await newDesk();
    make(broker);
    const opened = await refusalOf(consumerOn(connection, () => {}));
    await quiet();
    assert.deepEqual(
      { different, opened: fate(opened), connectionEnds: ends },
      { different, opened: "rejected", connectionEnds: [] },
    );
    await connection.createChannel();
  }
});

test("step 6 · a prefetch that is not a whole number of 1 or more is a `RangeError`", async () => {
  const { connection } = await newDesk();
  await wantsCounts((prefetch) => consumerOn(connection, () => {}, { prefetch }));
});

anyDay(6, "acknowledged");
