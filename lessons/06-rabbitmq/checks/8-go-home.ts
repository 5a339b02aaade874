import assert from "node:assert/strict";
import { test } from "node:test";
import { endTimeLimits } from "#any-day/time-limits";
import { anyDay } from "./any-day.ts";
import { newDesk, otherExchange, queue, registered, slowWork, watch } from "./desk.ts";

test("step 8 · `flush` ends while others go on publishing", async (t) => {
  t.after(endTimeLimits());
  const { line, publisher, collect, quiet } = await newDesk();
  const [open, other] = [await publisher(), await publisher()];
  collect("all", "#");
  line.hold();
  const event = registered(6);
  open.publish(event);
  await quiet();
  open.publish(event);
  await quiet();
  line.release(1);
  await quiet();
  other.publish(event);
  const flushing = open.flush();
  const states = watch([flushing, open.publish(registered(7))]);
  await quiet();
  if (states[0] === "TodoError") await flushing;
  const before = [...states];
  line.release(1);
  await quiet();
  assert.deepEqual(
    { before, after: states },
    { before: ["pending", "pending"], after: ["resolved", "pending"] },
  );
});

test("step 8 · a consumer's `close` waits for the work in hand, and for its acknowledgement", async (t) => {
  t.after(endTimeLimits());
  const { broker, line, ends, consumer, publisher, send, users, quiet } = await newDesk();
  // On the same connection, and goes on.
  await consumer(() => new Promise(() => {}), { queue: "another" });
  const { work, finish } = slowWork();
  const failed: unknown[] = [];
  const open = await consumer(work, { onError: (error: unknown) => failed.push(error) });
  for (const content of ["not an event", undefined]) await send(registered(1), content);
  line.hold();
  // They are on their way when the worker goes home, and so in hand.
  for (const content of ["not an event", undefined]) await send(registered(2), content);
  const states = watch([open.close()]);
  finish();
  await quiet();
  line.release();
  await quiet();
  const event = registered(3);
  await send(event);
  const before = states[0];
  line.hold();
  finish();
  await quiet();
  const untilTheBrokerAnswers = states[0];
  line.release();
  await quiet();
  assert.deepEqual(
    { before, untilTheBrokerAnswers, after: states[0] },
    { before: "pending", untilTheBrokerAnswers: "pending", after: "resolved" },
  );
  const mine = broker.inHand().filter((one) => one.consumer.queue.name === queue);
  const left = { queue: users(queue), inHand: mine.length, failures: failed.length };
  assert.deepEqual(left, { queue: [3], inHand: 0, failures: 2 });
  // The broker may close their channels before all is done.
  const second = await consumer(work);
  const other = await publisher({ exchange: otherExchange });
  await send(event);
  line.hold();
  other.publish(event);
  const closing = watch([second.close(), other.close()]);
  finish(1);
  await quiet();
  for (const tag of line.channels.keys()) line.refuse(tag);
  line.release();
  await quiet();
  assert.deepEqual({ whileOneIsInHand: closing[0] }, { whileOneIsInHand: "pending" });
  finish();
  await quiet();
  const due = { closing: ["resolved", "resolved"], connectionEnds: [] };
  assert.deepEqual({ closing, connectionEnds: ends }, due);
});

anyDay(8, "flush", "closePublisher", "cancel", "closeCut", "closeBlocked");
