import assert from "node:assert/strict";
import { test } from "node:test";
import { collectGarbage, quiet } from "#any-day";
import { endTimeLimits } from "#any-day/time-limits";
import { createEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { anyDay } from "./any-day.ts";
import { asJson, figuresOf, openBus, order, outbox, payment, rest } from "./desk.ts";

const month = 30 * 24 * 60 * 60 * 1_000;
test("step 7 · an event that comes twice sends one message, even a month and 1,000 events later", async ({
  mock,
}) => {
  mock.timers.enable({ apis: ["Date", "setInterval", "setTimeout"], now: Date.now() });
  const set = globalThis.setTimeout;
  // As Node does it: what is longer than a timer can wait ends at once.
  const later = (call: () => void, time = 0, ...rest: []) =>
    set(call, time < 2 ** 31 ? time : 1, ...rest);
  mock.method(globalThis, "setTimeout", later as typeof set);
  const { bus, settled } = openBus(Date.now);
  const { senders, counts } = outbox();
  new NotificationService(bus, senders);
  let orderId = 0;
  const emit = () => {
    // At any hour of the week.
    mock.timers.tick(51_000);
    orderId += 1;
    return orderId % 2
      ? bus.emit("order.paid", { ...payment, orderId })
      : bus.emit("order.created", { ...order, orderId });
  };
  // A memory may let go of what is older than a month, and 1,000 others have come since.
  for (const isFew of [false, true]) {
    const time = isFew ? 2 * month : 0.85 * month;
    const events = Array.from({ length: isFew ? 998 : 6_000 }, emit);
    await settled();
    assert.deepEqual(counts(), { emails: orderId / 2, texts: orderId / 2 });
    mock.timers.tick(time);
    emit();
    emit();
    collectGarbage();
    for (const event of events) bus.deliver(asJson(event));
    await settled();
    const half = orderId / 2;
    assert.deepEqual({ time, ...counts() }, { time, emails: half, texts: half });
  }
});

test("step 7 · while a message is on its way, the same event sends no second one, and is not done before", async ({
  mock,
}) => {
  mock.timers.enable({ apis: ["Date"] });
  const { bus, errors } = openBus();
  const sendings: ((reason: unknown) => void)[] = [];
  const send = () => new Promise<void>((_, reject) => sendings.push(reject));
  new NotificationService(bus, { sendEmail: send, sendSms: send });
  const giveTimeBack = endTimeLimits();
  const created = bus.emit("order.created", order);
  await rest();
  mock.timers.tick(month);
  giveTimeBack();
  for (const again of [created, asJson(created)]) bus.deliver(again);
  await rest();
  assert.deepEqual({ "emails sent": sendings.length }, { "emails sent": 1 });
  sendings[0]?.(new Error("no line"));
  await rest();
  // All three fail together, or the second sends the message again and the third waits for it.
  const answered = errors.length + 2 * (sendings.length - 1);
  assert.deepEqual({ deliveries: 3, answered }, { deliveries: 3, answered: 3 });
});

test("step 7 · a message that failed is sent when its event comes again", async () => {
  const noLine = Object.assign(new Error(), { code: "ETIMEDOUT", responseCode: 550 });
  const events = [
    createEvent("order.created", order),
    createEvent("order.paid", payment),
  ];
  for (const event of events) {
    const { name } = event;
    const seen = { name, attempts: 0, "most at once": 0 };
    let [underWay, told] = [0, 0];
    const onError = () => {
      if (underWay > 0 || told === seen.attempts) return;
      told = seen.attempts;
      bus.deliver(event);
    };
    const bus = new EventBus<ShopEvents>({ onError });
    const send = async () => {
      seen.attempts += 1;
      seen["most at once"] = Math.max(seen["most at once"], ++underWay);
      // The event comes again before this function has returned.
      if (underWay === 1) bus.deliver(event);
      await quiet();
      underWay -= 1;
      if (seen.attempts <= 100) throw seen.attempts % 4 < 2 ? undefined : noLine;
    };
    new NotificationService(bus, { sendEmail: send, sendSms: send });
    for (let turn = 0; turn <= 1_000; turn++) {
      if (turn % 900 === 0) bus.deliver(event);
      await quiet();
    }
    assert.deepEqual(seen, { name, attempts: 101, "most at once": 1 });
  }
});

test("step 7 · an event that comes twice is counted once, in whatever order events come", ({
  mock,
}) => {
  mock.timers.enable({ apis: ["Date"], now: Date.now() });
  const [elsewhere, { bus }] = [openBus(Date.now).bus, openBus()];
  const analytics = new AnalyticsService(bus);
  const events = Array.from({ length: 6_000 }, (_, orderId) => [
    elsewhere.emit("order.created", { ...order, orderId }),
    elsewhere.emit("order.paid", { ...payment, orderId }),
  ]).flat();
  // Some come in one month only, whoever counts each month anew.
  for (const event of events.slice(9).toReversed()) bus.deliver(event);
  mock.timers.tick(0.99 * month);
  for (const event of events.slice(0, -9)) bus.deliver(event);
  const figures = { orders: 6_000, payments: 6_000, revenue: 753_000_00 };
  assert.deepEqual(figuresOf(analytics), figures);
});

anyDay(7);
