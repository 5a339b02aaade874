import assert from "node:assert/strict";
import { test } from "node:test";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { anyDay } from "./any-day.ts";
import { allCalls, emitAll, openBus, standIns } from "./desk.ts";

test("step 5 · one call of the returned function disconnects every listener, even if one has left before", () => {
  const { listeners, calls } = standIns();
  const { emailSender, logger, analytics } = listeners;
  const leave = {
    nobody: () => false,
    logger: () => bus.unsubscribe("#", logger),
    analytics: () => bus.unsubscribe("#", analytics.count),
    welcome: () => bus.unsubscribe("user.registered", emailSender.welcome),
  };
  const bus = openBus();
  for (const [who, leaves] of Object.entries(leave)) {
    const disconnect = connectListeners(bus, listeners);
    leaves();
    disconnect();
    emitAll(bus);
    const title = `calls afterwards, where ${who} had left before`;
    assert.deepEqual({ [title]: calls }, { [title]: [] });
  }
});

test("step 5 · a second call does no harm, and leaves a later connection alone", () => {
  const bus = openBus();
  const { listeners, calls } = standIns();
  // Somebody else has subscribed the logger, too.
  bus.subscribe("user.registered", listeners.logger);
  const disconnect = connectListeners(bus, listeners);
  disconnect();
  disconnect();
  connectListeners(bus, listeners);
  disconnect();
  emitAll(bus);
  assert.deepEqual(calls.sort(), [...allCalls, "logger: user.registered"].sort());
});

anyDay(5, "again", "visitors", "apart");
