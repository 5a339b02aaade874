import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { collectGarbage, quiet } from "#any-day";
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

/** 1,000 goodbyes fail, 1,700 events come, then those goodbyes, and later copies of these; then 3,000 more in the same way. */
async function comeTwice(listeners: Partial<ShopListeners>): Promise<void> {
  const bus = openBus({ onError: () => {} });
  answer.connectListeners(bus, { ...standIns().listeners, ...listeners });
  mock.timers.enable({ apis: ["Date", "setTimeout", "setInterval"], now: Date.now() });
  mock.method(performance, "now", () => Date.now());
  const four = () => [registered(), registered(bob), ordered({ ...order }), deleted()];
  // The numbers in their ids count down.
  const thousand = () => Array.from({ length: 1_000 }, () => deleted()).reverse();
  const failed = thousand();
  const events = Array.from({ length: 425 }, four).flat().reverse();
  const goodbye = async (event: unknown) =>
    listeners.emailSender?.sayGoodbye(ann, event as ReturnType<typeof deleted>);
  await Promise.allSettled(failed.map(goodbye));
  for (const event of events) bus.deliver(event);
  for (let time = 1; time <= 3; time++) {
    await quiet();
    mock.timers.tick(week);
    await quiet();
    void Promise.allSettled([goodbye(events[0])]);
  }
  for (const latest of [failed, thousand(), thousand(), thousand()]) {
    const copies = latest.flatMap((event) => [copyOf(event), copyOf(event)]);
    for (const some of [latest.slice(0, -1), latest.slice(-1), copies, copies]) {
      for (const event of some) bus.deliver(event);
      await quiet();
      mock.timers.tick(52 * week);
      collectGarbage();
    }
  }
  mock.reset();
}

test("step 6 · an equal id is the same event, even a copy; equal data with another id is another", async () => {
  const { sender, emails } = emailSender();
  const analytics = answer.createAnalytics();
  const first = registered();
  for (const id of [...IDS, ...IDS]) {
    const event = copyOf({ ...first, id });
    await Promise.all([sender.welcome(ann, event), analytics.count(ann, event)]);
  }
  assert.deepEqual(
    { ids: IDS.length, emails: emails.length, users: analytics.figures().users },
    { ids: IDS.length, emails: IDS.length, users: IDS.length },
  );
});

test("step 6 · an email that could not be sent is sent when its event comes again, and then no more", async () => {
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
  }
  if (errors[0] instanceof TodoError) throw errors[0];
  assert.deepEqual(emails, { failed: 220, sent: 1, mostAtOnce: 1 });
});

test("step 6 · an event that comes twice sends one email, even a year and 999 events later", async () => {
  const { sender, emails } = emailSender(() => {
    if (emails.length > 1_001) return;
    const down = new Error("the mail server is down");
    if (emails.length <= 1_000) throw down;
    return new Promise((_, fail) => setTimeout(fail, 2 * week, down));
  });
  await comeTwice({ emailSender: sender });
  const title = "emails: 1,000 fail at once, one after two weeks, and 5,700 are sent";
  assert.deepEqual({ [title]: emails.length }, { [title]: 6_701 });
});

test("step 6 · `count` counts an event once, even if it comes again a year and 999 events later", async () => {
  const analytics = answer.createAnalytics();
  await comeTwice({ analytics });
  const { users, orders, turnover } = analytics.figures();
  const figures = { users: 425 - 4_000, orders: 425, turnover: 425 * 125_50 };
  assert.deepEqual({ users, orders, turnover }, figures);
});

anyDay(6, "onTheWay", "notTold", "logAgain");
