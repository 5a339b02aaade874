import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { collectGarbage, quiet } from "#any-day";
import { endTimeLimits } from "#any-day/time-limits";
import type { ShopListeners } from "#given/02-events-and-listeners/given/listeners.ts";
import { TodoError } from "#todo";
import { anyDay } from "./any-day.ts";
import {
  ann,
  answer,
  copyOf,
  deleted,
  emailSender,
  openBus,
  order,
  ordered,
  registered,
  type ShopEvent,
  standIns,
  week,
} from "./desk.ts";

/** Ids that another system may have chosen, any strings, in pairs that are alike. */
const IDS = [
  ...["constructor", "__proto__", "7", " 7", "07", "7.0", "a", "A", "\u00e9", "e\u0301"],
  ...["1-23", "12-3", "undefined", `${"c".repeat(5_000)}-7`, `${"c".repeat(4_999)}d-7`],
  ...["Aa", "BB", "\ud800", "\udfff", '\ny\n,y,;y;|y| y \0y\0\ty\t"y"', "y"],
  // Pairs that well-known hashes of 32 bits take for one.
  ...["hetairas", "mentioner", "declinate", "macallums", "creamwove", "quists"],
  ...["playwright", "snush", "codding", "gnu"],
];

/** All clocks run by the week, and all timers ring at once. */
function timeFlies(t: TestContext): void {
  t.after(endTimeLimits());
  let now = Date.now();
  for (const clock of [Date, performance])
    t.mock.method(clock, "now", () => (now += week));
}

/** 12,450 events come by the thousand, and then each of these comes again; in the end, earlier ones do. */
async function comeTwice(listeners: Partial<ShopListeners>, ...earlier: ShopEvent[]) {
  const bus = openBus({ onError: () => {} });
  answer.connectListeners(bus, { ...standIns().listeners, ...listeners });
  const thousands = [450, ...Array(12).fill(1_000)].map((length, at) => {
    const make = [registered, ordered, deleted][at % 3] as () => ShopEvent;
    // The numbers in their ids count down.
    return Array.from({ length }, () => make()).reverse();
  });
  const come = async (events: ShopEvent[]) => {
    for (const event of events) bus.deliver(event);
    await quiet();
  };
  for (const events of [...thousands, earlier]) {
    await come(events);
    collectGarbage();
    await come(events.map(copyOf));
  }
}

test("step 6 · an equal id is the same event, even a copy; equal data with another id is another", async () => {
  const { sender, emails } = emailSender();
  const analytics = answer.createAnalytics();
  const first = registered();
  for (const id of [...IDS, ...IDS]) {
    const event = copyOf({ ...first, id });
    await Promise.all([sender.welcome(ann, event), analytics.count(ann, event)]);
  }
  const found = { emails: emails.length, users: analytics.figures().users };
  assert.deepEqual(found, { emails: IDS.length, users: IDS.length });
});

test("step 6 · an email that could not be sent is sent when its event comes again, and then no more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const emails = { failed: 0, sent: 0, mostAtOnce: 0 };
  let underWay = 0;
  const fail = () => {
    throw new Error(`failure ${++emails.failed}`);
  };
  const send = async () => {
    emails.mostAtOnce = Math.max(emails.mostAtOnce, ++underWay);
    // Once, the event comes again before this function has returned.
    if (emails.failed === 200 && underWay === 1) bus.deliver(event);
    await quiet();
    underWay -= 1;
    if (emails.failed < 220) fail();
    if (++emails.sent === 1) void comeAgain();
  };
  /** At each moment after the email was sent. */
  const comeAgain = async () => {
    for (let moment = 1; moment <= 20; moment++) bus.deliver(await event);
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
    t.mock.timers.tick(10);
  }
  if (errors[0] instanceof TodoError) throw errors[0];
  assert.deepEqual(emails, { failed: 220, sent: 1, mostAtOnce: 1 });
});

test("step 6 · an event that comes twice sends one email, even a year and 999 events later", async (t) => {
  timeFlies(t);
  let [isDown, sent] = [true, 0];
  const { sender, emails } = emailSender(async () => {
    // The first email is on its way for long, and fails.
    for (let turn = 1; turn <= 9 && emails.length === 1; turn++) await quiet();
    if (isDown) throw new Error("the mail server is down");
    sent += 1;
  });
  const first = deleted();
  const goodbye = async () => sender.sayGoodbye(ann, first);
  for (let turn = 1; turn <= 12; turn++) {
    goodbye().catch(() => {});
    await quiet();
  }
  isDown = false;
  await comeTwice({ emailSender: sender }, first);
  // Who takes a breath between two emails is not done yet.
  for (let turn = 0; turn < 50_000 && sent < 12_451; turn++) await quiet();
  assert.deepEqual({ events: 12_451, sent }, { events: 12_451, sent: 12_451 });
});

test("step 6 · `count` counts an event once, even if it comes again a year and 999 events later", async (t) => {
  timeFlies(t);
  const analytics = answer.createAnalytics();
  await comeTwice({ analytics });
  const { users, orders, turnover } = analytics.figures();
  const figures = { users: 450, orders: 4_000, turnover: 4_000 * 125_50 };
  assert.deepEqual({ users, orders, turnover }, figures);
});

anyDay(6, "onTheWay", "notTold", "logAgain");
