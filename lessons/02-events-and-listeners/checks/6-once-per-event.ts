import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { anyDay } from "./any-day.ts";
import {
  copyOf,
  emailSender,
  figuresOf,
  month,
  openBus,
  ordered,
  registered,
  type ShopEvent,
} from "./desk.ts";

/** A memory may let go of what is older than a month, and 1,000 others have come since: not of any of these. */
const memories = [
  { count: 1_000, time: month },
  { count: 3_000, time: 0 },
  { count: 10, time: 12 * month },
];

test("step 6 · an event that comes twice sends one email, even a month and 1,000 events later", async ({
  mock,
}) => {
  mock.timers.enable({ apis: ["Date", "setInterval", "setTimeout"] });
  for (const { count, time } of memories) {
    const { sender, emails } = emailSender();
    const events = Array.from({ length: count }, () => registered());
    const sent = [];
    for (const wait of [0, time]) {
      mock.timers.tick(wait);
      for (const event of events) await sender.welcome(event.data, event);
      sent.push(emails.length);
    }
    assert.deepEqual({ time, emails: sent }, { time, emails: [count, count] });
  }
});

test("step 6 · `count` counts an event once, even if it comes again a month and 1,000 events later", ({
  mock,
}) => {
  mock.timers.enable({ apis: ["Date", "setInterval", "setTimeout"] });
  for (const { count, time } of memories) {
    const analytics = createAnalytics();
    const events = Array.from({ length: count }, () => ordered());
    for (const event of events) analytics.count(event.data, event);
    mock.timers.tick(time);
    for (const event of events.map(copyOf)) analytics.count(event.data, event);
    const figures = { users: 0, orders: count, turnover: count * 125_50 };
    assert.deepEqual({ time, ...figuresOf(analytics) }, { time, ...figures });
  }
});

test("step 6 · an email that could not be sent is sent when its event comes again, and then no more", async () => {
  const emails = { failed: 0, sent: 0, "most on their way at once": 0 };
  let underWay = 0;
  const { sender } = emailSender(async () => {
    emails["most on their way at once"] = Math.max(
      emails["most on their way at once"],
      ++underWay,
    );
    await quiet();
    underWay -= 1;
    if (emails.failed < 20) throw new Error(`failure ${++emails.failed}`);
    emails.sent += 1;
  });
  let deliveries = 3;
  const bus = openBus({
    onError: (_error, event) => {
      if (deliveries++ < 1_000) bus.deliver(event as ShopEvent);
    },
  });
  bus.subscribe("user.registered", sender.welcome.bind(sender));
  const event = registered();
  for (let time = 1; time <= 3; time++) bus.deliver(event);
  for (let time = 1; time <= 60; time++) await quiet();
  bus.deliver(event);
  await quiet();
  assert.deepEqual(emails, { failed: 20, sent: 1, "most on their way at once": 1 });
});

anyDay(6, "onTheWay", "notTold", "equal", "logAgain");
