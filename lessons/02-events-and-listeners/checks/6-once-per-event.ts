import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import type { Email } from "#given/02-events-and-listeners/given/listeners.ts";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { createEmailSender } from "#lesson/02-events-and-listeners/email-sender.ts";
import { anyDay } from "./any-day.ts";
import {
  ann,
  bob,
  copyOf,
  deleted,
  emailSender,
  failureOf,
  notebook,
  openBus,
  order,
  ordered,
  plain,
  registered,
  type ShopEvent,
  standIns,
} from "./desk.ts";

test("step 6 · an event that comes twice sends one email, even if others came between", async () => {
  const { sender, emails } = emailSender();
  const [joined, bought, left] = [registered(), ordered(), deleted()];
  const sentBy = { welcome: 0, confirmOrder: 0, sayGoodbye: 0 };
  for (const _ of ["once", "twice"]) {
    await sender.welcome(ann, joined);
    sentBy.welcome += emails.splice(0).length;
    await sender.confirmOrder(order, bought);
    sentBy.confirmOrder += emails.splice(0).length;
    await sender.sayGoodbye(ann, left);
    sentBy.sayGoodbye += emails.splice(0).length;
  }
  assert.deepEqual(sentBy, { welcome: 1, confirmOrder: 1, sayGoodbye: 1 });

  const events = Array.from({ length: 1_000 }, () => registered());
  for (const event of [...events, ...events]) await sender.welcome(event.data, event);
  assert.deepEqual(
    { "emails about 1,000 events that came twice": emails.length },
    { "emails about 1,000 events that came twice": 1_000 },
  );
});

test("step 6 · an equal id is the same event, even a copy; equal data with another id is another", async () => {
  const events: ShopEvent[] = [registered(), ordered(), deleted()];
  for (const event of events) {
    const { bus, failures } = openBus();
    const { sender, emails } = emailSender();
    const analytics = createAnalytics();
    connectListeners(bus, { ...standIns().listeners, emailSender: sender, analytics });
    // An id is a string that somebody else has chosen.
    const ids = [event.id, `${event.id}0`, "constructor", ""];
    for (const id of [...ids, ...ids]) bus.deliver({ ...copyOf(event), id });
    assert.deepEqual(await failures(), []);
    const { users, orders } = analytics.figures();
    const sent = `emails about ${event.name}`;
    assert.deepEqual(
      { [sent]: emails.length, counted: Math.abs(users) + orders },
      { [sent]: 4, counted: 4 },
    );
  }
});

test("step 6 · while an email is on its way, its event sends no second one, and is not done before", async () => {
  let arrive = () => {};
  let isUp = false;
  const { sender, emails } = emailSender(({ to }) => {
    if (!isUp || to === bob.email) throw new Error("there is no such address");
    return new Promise<void>((resolve) => {
      arrive = resolve;
    });
  });
  const event = registered();
  await failureOf(() => sender.welcome(ann, event));
  emails.length = 0;
  isUp = true;
  const done: string[] = [];
  const deliver = async (which: string, one = event) => {
    await sender.welcome(one.data, one);
    done.push(which);
  };
  const deliveries = [deliver("first"), deliver("second", copyOf(event))];
  const failed = Promise.allSettled([deliver("another", registered(bob))]);
  await quiet();
  deliveries.push(deliver("third"));
  await quiet();
  const toAnn = () => emails.filter(({ to }) => to === ann.email).length;
  assert.deepEqual({ emails: toAnn(), done }, { emails: 1, done: [] });
  arrive();
  await Promise.all(deliveries);
  await failed;
  assert.deepEqual({ emails: toAnn(), done: done.length }, { emails: 1, done: 3 });
});

test("step 6 · an email that could not be sent is sent when its event comes again, and then no more", async () => {
  const failures = {
    throws: () => {
      throw new Error("the mail server is down");
    },
    rejects: () => Promise.reject(new Error("the mail server is down")),
    "rejects with undefined": () => Promise.reject(undefined),
  };
  for (const [how, fail] of Object.entries(failures)) {
    let isUp = false;
    const { sender, emails } = emailSender(() => (isUp ? undefined : fail()));
    const [event, before] = [ordered(), registered()];
    isUp = true;
    await sender.welcome(ann, before);
    isUp = false;
    for (let time = 1; time <= 100; time++)
      await failureOf(() => sender.confirmOrder(order, event));
    isUp = true;
    for (const _ of ["once", "twice"]) {
      await sender.confirmOrder(order, event);
      await sender.welcome(ann, before);
    }
    assert.deepEqual(
      { [`emails, where sendEmail ${how} a hundred times`]: emails.length },
      { [`emails, where sendEmail ${how} a hundred times`]: 1 + 100 + 1 },
    );
  }
});

test("step 6 · when an email fails on its way, whoever waits for it is not told that it was sent", async () => {
  const down = new Error("the mail server hung up");
  const ends: ((error: Error) => void)[] = [];
  let isUp = false;
  const { sender } = emailSender(() =>
    isUp ? undefined : new Promise((_, reject) => ends.push(reject)),
  );
  const event = registered();
  const outcome = (delivery: unknown) =>
    Promise.resolve(delivery).then(
      () => "done",
      () => "failed",
    );
  const deliver = () => outcome(sender.welcome(ann, event));
  const [first, second, third] = [deliver(), deliver(), deliver()];
  await quiet();
  // Those who waited may fail as well, or try again, one after the other: then that fails, too.
  while (ends.length > 0) {
    assert.deepEqual({ "on their way": ends.length }, { "on their way": 1 });
    ends.shift()?.(down);
    await quiet();
  }
  assert.deepEqual(
    { first: await first, second: await second, third: await third },
    { first: "failed", second: "failed", third: "failed" },
  );
  isUp = true;
  assert.deepEqual({ "the next time": await deliver() }, { "the next time": "done" });
});

test("step 6 · `count` counts an event once, even if it comes again after others", () => {
  const analytics = createAnalytics();
  const events: ShopEvent[] = [registered(ann), registered(bob), ordered(), deleted(bob)];
  for (let more = 0; more < 1_000; more++) events.push(ordered({ ...order, total: 1 }));
  const again = [...events, ...events.map(copyOf), ...events.slice(0, 2)];
  for (const event of [...events, ...again]) analytics.count(event.data, event);
  assert.deepEqual(plain(analytics.figures()), {
    users: 1,
    orders: 1_001,
    turnover: 13_550,
  });
});

test("step 6 · two email senders, and two analytics listeners, know nothing of each other", async () => {
  const emails: Email[] = [];
  const send = (email: Email) => emails.push(email);
  const [kyiv, lviv] = [createEmailSender(send), createEmailSender(send)];
  const [first, second] = [createAnalytics(), createAnalytics()];
  const event = registered();
  for (const sender of [kyiv, lviv, lviv]) await sender.welcome(ann, event);
  for (const analytics of [first, second, second]) analytics.count(ann, event);
  assert.deepEqual(
    {
      emails: emails.length,
      users: [first, second].map((one) => one.figures().users).join(" and "),
    },
    { emails: 2, users: "1 and 1" },
  );
});

test("step 6 · the logger still writes a line each time an event comes", () => {
  const { logger, lines } = notebook();
  const event = registered();
  for (const one of [event, event, copyOf(event)]) logger(one.data, one);
  const [first] = lines();
  assert.deepEqual(lines(), [first, first, first]);
  assert.deepEqual({ lines: lines().length }, { lines: 3 });
});

anyDay(6);
