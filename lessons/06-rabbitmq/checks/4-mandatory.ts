import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { newDesk, registered } from "./desk.ts";

test("step 4 · it adds no listener for each event", async (t) => {
  const { publisher, collect, quiet } = await newDesk();
  const open = await publisher({ mandatory: true });
  collect("all", "#");
  const ways = (["on", "addListener"] as const).map((way) =>
    t.mock.method(EventEmitter.prototype, way),
  );
  for (let userId = 0; userId < 20; userId++) open.publish(registered(userId));
  await quiet();
  const isFew = ways.every(({ mock }) => mock.callCount() < 20);
  assert.deepEqual(
    { fewerListenersThanEvents: isFew },
    { fewerListenersThanEvents: true },
  );
});

anyDay(4, "unroutable", "among", "without");
