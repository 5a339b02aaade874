import assert from "node:assert/strict";
import { test } from "node:test";
import { catchEscaped } from "#any-day";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { anyDay } from "./any-day.ts";
import {
  allCalls,
  ann,
  emailSender,
  emitAll,
  notebook,
  openBus,
  order,
  plain,
  standIns,
  stranger,
} from "./desk.ts";

test("step 4 · each event calls once the listeners that are made for it, with the data and the event", async () => {
  const { bus, failures } = openBus();
  const { listeners, calls } = standIns();
  connectListeners(bus, listeners);
  emitAll(bus);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(calls.sort(), allCalls);
});

test("step 4 · the logger and analytics hear every event, in the catalogue or not", async () => {
  const { bus, failures } = openBus();
  const { listeners, calls } = standIns();
  connectListeners(bus, listeners);
  const names = ["shop.closed", "order.item.added", "midnight", "a.word.or.two.more"];
  for (const name of names) bus.deliver({ ...stranger(name), replayed: true });
  assert.deepEqual(await failures(), []);
  assert.deepEqual(calls.sort(), [
    "analytics: a.word.or.two.more",
    "analytics: midnight",
    "analytics: order.item.added",
    "analytics: shop.closed",
    "logger: a.word.or.two.more",
    "logger: midnight",
    "logger: order.item.added",
    "logger: shop.closed",
  ]);
});

test("step 4 · the email sender hears its three names, and none that only begins or ends like them", async () => {
  const { bus, failures } = openBus();
  const { listeners, calls } = standIns();
  connectListeners(bus, listeners);
  const names = [
    "partner.registered",
    "cart.created",
    "review.deleted",
    "user.registered.again",
    "big.order.created",
    "order.created.again",
    "user.renamed",
    "order.cancelled",
  ];
  for (const name of names) bus.deliver(stranger(name, { ...ann, ...order }));
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    calls.filter((call) => !/^(logger|analytics)/.test(call)),
    [],
  );
});

test("step 4 · connecting alone calls no listener and emits nothing", () => {
  const { bus } = openBus();
  const { listeners, calls } = standIns();
  const figures = listeners.analytics.figures;
  listeners.analytics.figures = () => {
    calls.push("figures");
    return figures();
  };
  connectListeners(bus, listeners);
  assert.deepEqual({ calls, emitted: bus.history }, { calls: [], emitted: [] });
});

test("step 4 · whatever the email sender fails with reaches `onError` of the bus", () =>
  catchEscaped(async () => {
    const failing = {
      throws: () => {
        throw new Error("the mail server is down");
      },
      rejects: () => Promise.reject(new Error("the mail server is down")),
    };
    for (const [how, sendEmail] of Object.entries(failing)) {
      const { bus, failures } = openBus();
      const { listeners } = standIns();
      const { sender } = emailSender(sendEmail);
      connectListeners(bus, { ...listeners, emailSender: sender });
      emitAll(bus);
      const down = "the mail server is down";
      assert.deepEqual(
        { [`sendEmail ${how}`]: await failures() },
        { [`sendEmail ${how}`]: [down, down, down] },
      );
    }
  }));

test("step 4 · while the mail server is down, the log and the figures go on", () =>
  catchEscaped(async () => {
    const { bus, failures } = openBus();
    const { logger, lines } = notebook();
    const analytics = createAnalytics();
    const fail = () => {
      throw new Error("the mail server is down");
    };
    const sender = { welcome: fail, confirmOrder: fail, sayGoodbye: fail };
    connectListeners(bus, { emailSender: sender, logger, analytics });
    emitAll(bus);
    await failures();
    assert.deepEqual(
      { lines: lines().length, figures: plain(analytics.figures()) },
      { lines: 3, figures: { users: 0, orders: 1, turnover: 12_550 } },
    );
  }));

test("step 4 · what is connected to one bus hears nothing of another", async () => {
  const [kyiv, lviv] = [openBus(), openBus()];
  const [first, second] = [standIns(), standIns()];
  connectListeners(kyiv.bus, first.listeners);
  connectListeners(lviv.bus, second.listeners);
  emitAll(kyiv.bus);
  assert.deepEqual(await kyiv.failures(), []);
  assert.deepEqual(
    { kyiv: first.calls.sort(), lviv: second.calls },
    { kyiv: allCalls, lviv: [] },
  );
});

anyDay(4);
