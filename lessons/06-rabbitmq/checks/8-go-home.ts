import assert from "node:assert/strict";
import { test } from "node:test";
import { endTimeLimits } from "#any-day/time-limits";
import { createEvent } from "#bus/contract";
import { anyDay } from "./any-day.ts";
import { newDesk, queue, registered, slowWork, watch } from "./desk.ts";

test("step 8 · `flush` ends while others go on publishing", async (t) => {
  t.after(endTimeLimits());
  const { line, publisher, collect, quiet } = await newDesk();
  const [open, other] = [await publisher(), await publisher()];
  collect("all", "user.*");
  line.hold();
  const event = registered(6);
  for (const one of [open, other]) one.publish(event);
  await quiet();
  for (const one of [open, other]) one.publish(event);
  const flushing = open.flush();
  // It comes later, is stored nowhere, and so is confirmed before the second.
  const states = watch([flushing, open.publish(createEvent("order.created", {}))]);
  await quiet();
  if (states[0] === "TodoError") await flushing;
  line.release(2);
  await quiet();
  const others = watch([other.flush()]);
  line.release(1);
  await quiet();
  const [flushBefore, latest] = states;
  open.publish(event);
  line.release(1);
  await quiet();
  assert.deepEqual(
    { latest, flushBefore, flushAfter: states[0], others: others[0] },
    {
      latest: "resolved",
      flushBefore: "pending",
      flushAfter: "resolved",
      others: "pending",
    },
  );
});

test("step 8 · a consumer's `close` waits for the work in hand, and for its acknowledgement", async (t) => {
  t.after(endTimeLimits());
  const { broker, line, consumer, publisher, send, users, quiet } = await newDesk();
  // On the same connection, and goes on.
  await consumer(() => new Promise(() => {}), { queue: "another" });
  const { work, finish } = slowWork();
  const failed: unknown[] = [];
  const open = await consumer(work, { onError: (error: unknown) => failed.push(error) });
  const event = registered(1);
  for (const content of ["not an event", undefined]) await send(event, content);
  line.hold();
  // Published again, it is on its way when the worker goes home, and so in hand.
  for (const content of ["not an event", undefined]) await send(event, content);
  const states = watch([open.close()]);
  finish();
  await quiet();
  line.release();
  await quiet();
  await send(registered(3));
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
  // The line may be cut when all is done, and the broker has not answered yet.
  const [second, other] = [await consumer(), await publisher()];
  line.hold();
  const closing = watch([second.close(), other.close()]);
  await quiet();
  line.release(1);
  await quiet();
  line.cut();
  await quiet();
  assert.deepEqual({ closing }, { closing: ["resolved", "resolved"] });
});

anyDay(8, "flush", "closePublisher", "cancel", "closeCut", "closeBlocked");
