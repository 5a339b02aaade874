import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { anyDay } from "./any-day.ts";
import { ann, bob, copyOf, emailSender, figuresOf, ordered, registered } from "./desk.ts";

const month = 30 * 24 * 60 * 60 * 1_000;
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

test("step 6 · while an email is on its way, its event sends no second one, and is not done before", async () => {
  let arrive = () => {};
  const { sender, emails } = emailSender(({ to }) => {
    if (to === bob.email) throw new Error("there is no such address");
    return new Promise<void>((resolve) => {
      arrive = resolve;
    });
  });
  const event = registered();
  const done: string[] = [];
  const deliver = async (which: string, one = event) => {
    await sender.welcome(one.data, one);
    done.push(which);
  };
  const deliveries = [deliver("first"), deliver("second", copyOf(event))];
  const failed = deliver("another", registered(bob)).catch(() => {});
  await quiet();
  deliveries.push(deliver("third"));
  await quiet();
  const toAnn = () => emails.filter(({ to }) => to === ann.email).length;
  assert.deepEqual({ emails: toAnn(), done }, { emails: 1, done: [] });
  arrive();
  await Promise.all([...deliveries, failed]);
  assert.deepEqual({ emails: toAnn(), done: done.length }, { emails: 1, done: 3 });
});

test("step 6 · when an email fails on its way, whoever waits for it is not told that it was sent", async () => {
  const ends: (() => void)[] = [];
  const { sender } = emailSender(
    () => new Promise((_, reject) => ends.push(() => reject(undefined))),
  );
  const event = registered();
  const deliver = () => Promise.allSettled([sender.welcome(ann, event)]);
  const deliveries = [deliver(), deliver(), deliver()];
  await quiet();
  // Those who waited may fail as well, or try again, one after the other: then that fails, too.
  while (ends.length > 0) {
    assert.deepEqual({ "on their way": ends.length }, { "on their way": 1 });
    ends.shift()?.();
    await quiet();
  }
  const outcomes = (await Promise.all(deliveries)).map(([delivery]) => delivery?.status);
  assert.deepEqual({ outcomes }, { outcomes: ["rejected", "rejected", "rejected"] });
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
  let failures = 20;
  const { sender, emails } = emailSender(() => {
    if (failures-- > 0) throw undefined;
  });
  const event = registered();
  const deliver = async () => sender.welcome(ann, event);
  for (let time = 1; time <= 23; time++)
    await deliver().catch((error) => {
      if (error !== undefined) throw error;
    });
  const title = "emails where the first 20 fail, and the event comes 23 times";
  assert.deepEqual({ [title]: emails.length }, { [title]: 21 });
});

anyDay(6, "equal", "logAgain");
