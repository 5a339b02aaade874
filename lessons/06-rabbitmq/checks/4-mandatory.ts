import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { anyDay } from "./any-day.ts";
import { newDesk } from "./desk.ts";

test("step 4 · it adds no listener for each event", async (t) => {
  const { publisher, collect, quiet } = await newDesk();
  const open = await publisher({ mandatory: true, window: 3_000 });
  collect("all", "user.*");
  const ways = (["on", "addListener"] as const).map((way) =>
    t.mock.method(EventEmitter.prototype, way),
  );
  // Some come back, some wait for room, and they fill the buffer of the channel.
  for (let at = 0; at < 3_050; at++)
    open.publish(createEvent(at % 2 ? "user.paid" : "order.paid", {})).catch(() => {});
  await quiet();
  const isOneForMany = ways.every(({ mock }) => mock.callCount() < 20);
  assert.deepEqual({ isOneForMany }, { isOneForMany: true });
});

anyDay(4, "unroutable", "among", "without");
