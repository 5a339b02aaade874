import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import {
  consumerOn,
  exchange,
  newDesk,
  queue,
  registered,
  slowWork,
  wantsCounts,
  wantsTheSame,
} from "./desk.ts";

test("step 6 · what is not done when the connection ends is back in the queue, which survives a restart", async () => {
  const { broker, consumer, send, users, another, quiet } = await newDesk();
  await consumer(slowWork().work, { prefetch: 3 });
  // The first is published twice.
  const first = registered(1);
  const events = [first, registered(2), first, registered(3)];
  for (const event of events) await send(event);
  broker.restart();
  await quiet();
  const backInTheQueue = users(queue);
  const { connection } = await another();
  const doneAgain: unknown[] = [];
  await consumerOn(connection, (event) => doneAgain.push(event), { prefetch: 1 });
  await quiet();
  const due = { backInTheQueue: [1, 2, 1, 3], doneAgain: events };
  assert.deepEqual({ backInTheQueue, doneAgain }, due);
});

test("step 6 · no more events are in hand than `prefetch` allows, by default 10, even if many waited before", async () => {
  for (const prefetch of [2, undefined, 60_000]) {
    const wanted = prefetch ?? 10;
    const count = Math.min(wanted + 5, 700);
    const { broker, consumer, makeQueue, put, quiet } = await newDesk();
    await makeQueue();
    for (let userId = 0; userId < count; userId++) put(registered(userId));
    await consumer(() => null, { queue: "another", prefetch: 1 });
    const { begun, work, finish } = slowWork();
    await consumer(work, prefetch === undefined ? {} : { prefetch });
    await quiet();
    const told = broker.queues.get(queue)?.consumers[0]?.prefetch;
    const inHand = begun.length;
    finish();
    await quiet();
    const another = broker.waiting("another").length;
    const [due, afterwards] = [Math.min(wanted, count), Math.min(2 * wanted, count)];
    assert.deepEqual(
      { told, inHand, afterwards: begun.length, another },
      { told: wanted, inHand: due, afterwards, another: 0 },
    );
  }
});

test("step 6 · `open` rejects where the queue was made differently; the connection lives on", async () => {
  const full = { durable: true, arguments: { "x-max-length": 5 } };
  await wantsTheSame((one) => consumerOn(one, () => {}, { patterns: [] }), {
    "the queue": (broker) => broker.declareQueue({ queue, ...full }),
    "the exchange": (broker) => broker.declareExchange(exchange, { type: "fanout" }),
  });
});

test("step 6 · a prefetch that is not a whole number of 1 or more is a `RangeError`", async () => {
  const { consumer } = await newDesk();
  await wantsCounts(async (prefetch) => consumer(() => {}, { prefetch }), 65_535);
});

anyDay(6, "acknowledged");
