import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { anyDay } from "./any-day.ts";
import { allCalls, ann, emitAll, openBus, standIns } from "./desk.ts";

test("step 4 · each event calls once the listeners that are made for it, with the data and the event", () => {
  const bus = openBus();
  const { listeners, calls } = standIns();
  connectListeners(bus, listeners);
  emitAll(bus);
  bus.emit("big.user.deleted" as "user.deleted", ann);
  const others = ["analytics: big.user.deleted", "logger: big.user.deleted"];
  assert.deepEqual(calls.sort(), [...allCalls, ...others].sort());
});

test("step 4 · what the email sender fails with reaches `onError`, and the others go on", async () => {
  const errors: unknown[] = [];
  const bus = openBus({ onError: (error) => errors.push(error) });
  const { listeners, calls } = standIns();
  listeners.emailSender.welcome = () => {
    throw "the server is down";
  };
  connectListeners(bus, listeners);
  bus.emit("user.registered", ann);
  await quiet();
  const others = calls.length;
  assert.deepEqual({ errors, others }, { errors: ["the server is down"], others: 2 });
});

anyDay(4, "every", "connecting", "apart");
