import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyListener, Bus } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/given/catalogue.ts";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { anyDay } from "./any-day.ts";
import { allCalls, emitAll, openBus, standIns } from "./desk.ts";

test("step 5 · one call of the returned function disconnects every listener, even if one has left before", async () => {
  const { listeners, calls } = standIns();
  const { emailSender, logger, analytics } = listeners;
  const leave: Record<string, (bus: Bus<ShopEvents>) => unknown> = {
    nobody: () => {},
    "the logger": (bus) => bus.unsubscribe("#", logger),
    analytics: (bus) => bus.unsubscribe("#", analytics.count),
    welcome: (bus) => bus.unsubscribe("user.registered", emailSender.welcome),
    confirmOrder: (bus) => bus.unsubscribe("order.created", emailSender.confirmOrder),
    sayGoodbye: (bus) => bus.unsubscribe("user.deleted", emailSender.sayGoodbye),
  };
  for (const [who, leaves] of Object.entries(leave)) {
    const { bus, failures, subscriptions } = openBus();
    const disconnect = connectListeners(bus, listeners);
    leaves(bus);
    disconnect();
    emitAll(bus);
    assert.deepEqual(await failures(), []);
    const title = `calls after disconnecting, where ${who} had left before`;
    const left = subscriptions.map(([pattern]) => pattern);
    assert.deepEqual(
      { [title]: calls.splice(0), "subscriptions left": left },
      { [title]: [], "subscriptions left": [] },
    );
  }
});

test("step 5 · after disconnecting, the same listeners can be connected again", async () => {
  const { bus, failures } = openBus();
  const { listeners, calls } = standIns();
  connectListeners(bus, listeners)();
  connectListeners(bus, listeners);
  emitAll(bus);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(calls.sort(), allCalls);
});

test("step 5 · a second call does no harm, and leaves a later connection alone", async () => {
  const { bus, failures } = openBus();
  const { listeners, calls } = standIns();
  const disconnect = connectListeners(bus, listeners);
  disconnect();
  disconnect();
  const disconnectAgain = connectListeners(bus, listeners);
  disconnect();
  emitAll(bus);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(calls.splice(0).sort(), allCalls);
  disconnectAgain();
  emitAll(bus);
  assert.deepEqual({ "after its own function": calls }, { "after its own function": [] });
});

test("step 5 · everybody else on the bus goes on hearing", async () => {
  const { bus, failures } = openBus();
  const [first, second] = [standIns(), standIns()];
  const heard: string[] = [];
  bus.subscribe("#", (_data, event) => heard.push(event.name));
  const { logger, analytics } = first.listeners;
  const others = bus as unknown as Bus;
  others.subscribe("order.*", logger as AnyListener);
  const disconnect = connectListeners(bus, first.listeners);
  connectListeners(bus, second.listeners);
  others.subscribe("order.*", analytics.count as AnyListener);
  bus.subscribe("user.deleted", (_data, event) => heard.push(event.name));
  disconnect();
  emitAll(bus);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    { first: first.calls, second: second.calls.sort(), others: heard },
    {
      first: ["logger: order.created", "analytics: order.created"],
      second: allCalls,
      others: ["user.registered", "order.created", "user.deleted", "user.deleted"],
    },
  );
});

test("step 5 · with other listeners or on another bus, each connection is ended by its own function", async () => {
  const [kyiv, lviv] = [openBus(), openBus()];
  const { listeners, calls } = standIns();
  const endInKyiv = connectListeners(kyiv.bus, listeners);
  const endInLviv = connectListeners(lviv.bus, listeners);
  endInKyiv();
  emitAll(kyiv.bus);
  assert.deepEqual({ "left Kyiv": calls }, { "left Kyiv": [] });
  emitAll(lviv.bus);
  assert.deepEqual(
    { "still in Lviv": calls.splice(0).sort() },
    { "still in Lviv": allCalls },
  );
  endInLviv();
  emitAll(lviv.bus);
  assert.deepEqual({ "left Lviv": calls }, { "left Lviv": [] });
  assert.deepEqual([...(await kyiv.failures()), ...(await lviv.failures())], []);
});

anyDay(5);
