import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { quiet } from "#any-day";
import type { ShopListeners } from "#given/02-events-and-listeners/given/listeners.ts";
import { TodoError } from "#todo";
import { anyDay } from "./any-day.ts";
import {
  ann,
  answer,
  bob,
  copyOf,
  deleted,
  emailSender,
  month,
  openBus,
  order,
  ordered,
  registered,
  type ShopEvent,
  standIns,
} from "./desk.ts";

/** Events of all kinds come, some others, and then copies of them: many within a month, and few after two. */
async function comeTwice(listeners: Partial<ShopListeners>): Promise<void> {
  const bus = openBus();
  answer.connectListeners(bus, { ...standIns().listeners, ...listeners });
  const four = () => [registered(), registered(bob), ordered({ ...order }), deleted()];
  mock.timers.enable({ apis: ["Date", "setTimeout", "setInterval"], now: Date.now() });
  mock.method(performance, "now", () => Date.now());
  const set = globalThis.setTimeout;
  // As Node does it: what is longer than a timer can wait ends at once.
  const later = (call: () => void, time = 0, ...rest: []) =>
    set(call, time < 2 ** 31 ? time : 1, ...rest);
  mock.method(globalThis, "setTimeout", later as typeof set);
  const first = registered();
  const comesFirst = async () => listeners.emailSender?.welcome(ann, first);
  void Promise.allSettled([comesFirst()]);
  for (const isFew of [false, true]) {
    // The latest comes first. After the first of a few, 999 come before its copy.
    const events = Array.from({ length: isFew ? 249 : 1_050 }, four).flat();
    if (isFew && listeners.emailSender) events.pop();
    for (const event of events.reverse()) bus.deliver(event);
    if (isFew) for (const event of events) bus.deliver(event);
    await quiet();
    mock.timers.tick(isFew ? 2 * month : 0.9 * month);
    if (isFew) void Promise.allSettled([comesFirst(), comesFirst()]);
    for (const event of four()) bus.deliver(event);
    for (const event of events) bus.deliver(copyOf(event));
    await quiet();
  }
  mock.reset();
}

test("step 6 · an event that comes twice sends one email, even a month and 1,000 events later", async () => {
  const { sender, emails } = emailSender(() => {
    if (emails.length === 1) throw new Error("the mail server is down");
  });
  await comeTwice({ emailSender: sender });
  const title = "emails, of which the first fails and is sent months later";
  assert.deepEqual({ [title]: emails.length }, { [title]: 5_205 });
});

test("step 6 · `count` counts an event once, even if it comes again a month and 1,000 events later", async () => {
  const analytics = answer.createAnalytics();
  await comeTwice({ analytics });
  const { users, orders, turnover } = analytics.figures();
  const figures = { users: 1_301, orders: 1_301, turnover: 1_301 * 125_50 };
  assert.deepEqual({ users, orders, turnover }, figures);
});

test("step 6 · an email that could not be sent is sent when its event comes again, and then no more", async () => {
  const emails = { failed: 0, sent: 0, most: 0 };
  let underWay = 0;
  const fail = () => {
    throw new Error(`failure ${++emails.failed}`);
  };
  const send = async () => {
    emails.most = Math.max(emails.most, ++underWay);
    // Once, the event comes again before this function has returned.
    if (emails.failed === 200 && underWay === 1) bus.deliver(event);
    await quiet();
    underWay -= 1;
    if (emails.failed < 220) fail();
    emails.sent += 1;
  };
  const { sender } = emailSender(() => (emails.failed < 200 ? fail() : send()));
  const errors: unknown[] = [];
  const bus = openBus({
    onError: (error, event) => {
      if (errors.push(error) < 10_000) bus.deliver(event as ShopEvent);
    },
  });
  bus.subscribe("user.registered", sender.welcome.bind(sender));
  const event = registered();
  for (let time = 1; time <= 30; time++) bus.deliver(event);
  for (let turn = 1; turn <= 600; turn++) {
    if (turn === 500) bus.deliver(event);
    await quiet();
  }
  if (errors[0] instanceof TodoError) throw errors[0];
  const { failed, sent, most } = emails;
  assert.deepEqual(
    { failed, sent, "most on their way at once": most },
    { failed: 220, sent: 1, "most on their way at once": 1 },
  );
});

anyDay(6, "onTheWay", "notTold", "equal", "logAgain");
