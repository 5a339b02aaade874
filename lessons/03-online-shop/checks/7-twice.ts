import assert from "node:assert/strict";
import { test } from "node:test";
import { collectGarbage } from "#any-day";
import { createEvent } from "#bus/contract";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { anyDay } from "./any-day.ts";
import {
  asJson,
  clock,
  figuresOf,
  openBus,
  order,
  outbox,
  payment,
  rest,
} from "./desk.ts";

const month = 30 * 24 * 60 * 60 * 1_000;
/** A memory may let go of what is older than a month, and 1,000 others have come since: not of any of these. */
const memories = [
  { count: 1_000, time: month },
  { count: 12_000, time: 0 },
  { count: 10, time: 12 * month },
];

test("step 7 · an event that comes twice sends one message, even a month and 1,000 events later", async ({
  mock,
}) => {
  mock.timers.enable({ apis: ["Date", "setInterval", "setTimeout"] });
  for (const { count, time } of memories) {
    const { bus, settled } = openBus();
    const { senders, counts } = outbox();
    new NotificationService(bus, senders);
    const emit = (orderId: number) =>
      orderId % 2
        ? bus.emit("order.paid", { ...payment, orderId })
        : bus.emit("order.created", { ...order, orderId });
    const events = Array.from({ length: count }, (_, at) => emit(at));
    await settled();
    assert.deepEqual(
      { time, ...counts() },
      { time, emails: count / 2, texts: count / 2 },
    );
    mock.timers.tick(time);
    const last = { ...order, orderId: count };
    const next = createEvent("order.created", last, clock() + time);
    bus.deliver({ ...next, id: "constructor" });
    bus.deliver(createEvent("order.paid", { ...payment, orderId: count }, clock()));
    const sent = { time, emails: count / 2 + 1, texts: count / 2 + 1 };
    collectGarbage();
    for (const event of events) bus.deliver(asJson(event));
    await settled();
    assert.deepEqual({ time, ...counts() }, sent);
  }
});

test("step 7 · while a message is on its way, the same event sends no second one, and is not done before", async () => {
  const { bus, errors } = openBus();
  const sendings: ((reason: unknown) => void)[] = [];
  const send = () => new Promise<void>((_, reject) => sendings.push(reject));
  new NotificationService(bus, { sendEmail: send, sendSms: send });
  const created = bus.emit("order.created", order);
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
  const { bus } = openBus();
  const attempts = { email: 0, SMS: 0 };
  const noLine = new Error("no line");
  const failsAHundredTimes = (kind: keyof typeof attempts) => () => {
    attempts[kind] += 1;
    if (attempts[kind] <= 100) throw attempts[kind] % 4 < 2 ? undefined : noLine;
  };
  const [sendEmail, sendSms] = [failsAHundredTimes("email"), failsAHundredTimes("SMS")];
  new NotificationService(bus, { sendEmail, sendSms });
  const events = [bus.emit("order.created", order), bus.emit("order.paid", payment)];
  for (let time = 2; time <= 103; time++) {
    await rest();
    for (const event of events) bus.deliver(event);
  }
  const title = "attempts, where the first 100 fail, and each event comes 103 times";
  assert.deepEqual({ [title]: attempts }, { [title]: { email: 101, SMS: 101 } });
});

test("step 7 · an event that comes twice is counted once, in whatever order events come", () => {
  const [elsewhere, { bus }] = [openBus().bus, openBus()];
  const analytics = new AnalyticsService(bus);
  const events = Array.from({ length: 12_000 }, (_, orderId) => [
    elsewhere.emit("order.created", { ...order, orderId }),
    elsewhere.emit("order.paid", { ...payment, orderId }),
  ]).flat();
  for (const event of events.toReversed().concat(events)) bus.deliver(event);
  const figures = { orders: 12_000, payments: 12_000, revenue: 1_506_000_00 };
  assert.deepEqual(figuresOf(analytics), figures);
});

anyDay(7);
