import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { anyDay } from "./any-day.ts";
import { allCalls, emitAll, openBus, standIns } from "./desk.ts";

test("step 4 · each event calls once the listeners that are made for it, with the data and the event", () => {
  const bus = openBus();
  const { listeners, calls } = standIns();
  connectListeners(bus, listeners);
  emitAll(bus);
  assert.deepEqual(calls.sort(), allCalls);
});

test("step 4 · what the email sender fails with reaches `onError`, and the others go on", async () => {
  const down = new Error("the mail server is down");
  const errors: unknown[] = [];
  const bus = openBus({ onError: (error) => errors.push(error) });
  const { listeners, calls } = standIns();
  const fail = () => {
    throw down;
  };
  const emailSender = { welcome: fail, confirmOrder: fail, sayGoodbye: fail };
  connectListeners(bus, { ...listeners, emailSender });
  emitAll(bus);
  await quiet();
  assert.deepEqual(
    { errors, "calls of the others": calls.length },
    { errors: [down, down, down], "calls of the others": 6 },
  );
});

anyDay(4, "every", "connecting", "apart");
