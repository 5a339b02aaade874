import assert from "node:assert/strict";
import { test } from "node:test";
import type { Logger } from "#given/02-events-and-listeners/given/listeners.ts";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { anyDay } from "./any-day.ts";
import { allCalls, emitAll, openBus, standIns } from "./desk.ts";

test("step 5 · one call of the returned function disconnects every listener, even if one has left before", () => {
  const { listeners, calls } = standIns();
  const { emailSender, logger, analytics } = listeners;
  const pairs = {
    logger: ["#", logger],
    analytics: ["#", analytics.count],
    welcome: ["user.registered", emailSender.welcome],
    confirmOrder: ["order.created", emailSender.confirmOrder],
    sayGoodbye: ["user.deleted", emailSender.sayGoodbye],
  };
  const all = Object.entries(pairs) as [string, ["#", Logger]][];
  for (const [at, [who, [pattern, listener]]] of all.entries()) {
    const bus = openBus();
    const disconnect = connectListeners(bus, listeners);
    bus.unsubscribe(pattern, listener);
    const [next] = all.slice(at + 1);
    if (next) bus.unsubscribe(...next[1]);
    disconnect();
    emitAll(bus);
    const title = `calls afterwards, where ${who}${next ? ` and ${next[0]}` : ""} had left`;
    assert.deepEqual({ [title]: calls.splice(0) }, { [title]: [] });
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
  const disconnectLater = connectListeners(bus, listeners);
  disconnect();
  emitAll(bus);
  assert.deepEqual(calls.sort(), [...allCalls, "logger: user.registered"].sort());
  disconnectLater();
  assert.deepEqual({ subscribed: bus.subscriptions }, { subscribed: 1 });
});

anyDay(5, "again", "visitors", "apart");
