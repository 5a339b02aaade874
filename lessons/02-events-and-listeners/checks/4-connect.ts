import assert from "node:assert/strict";
import { test } from "node:test";
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

anyDay(4, "onError", "every", "connecting", "apart");
