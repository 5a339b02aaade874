import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Bus, createEvent, type EventOf } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import {
  type Email,
  NotificationService,
  type Sms,
} from "#lesson/03-online-shop/notification-service.ts";
import { OrderError, OrderService } from "#lesson/03-online-shop/order-service.ts";
import { TodoError } from "#todo";

type ShopEvent = EventOf<ShopEvents>;

const ann = { email: "ann@example.com", phone: "+380441234567" };
const tea = { name: "green tea", quantity: 2, price: 4_500 };
const cup = { name: "cup", quantity: 1, price: 3_550 };

/** Order 41, as the order service tells of it: two teas and a cup for 125.50 UAH. */
const order = { orderId: 41, ...ann, items: [tea, cup], total: 12_550 };
const payment = { orderId: 41, ...ann, total: 12_550 };

/** A bus, and a way to ask what its listeners failed with. */
function openBus() {
  const errors: unknown[] = [];
  const bus = new EventBus<ShopEvents>({ onError: (error) => errors.push(error) });
  const failures = async () => {
    await settled();
    for (const error of errors) if (error instanceof TodoError) throw error;
    return errors.map((error) => (error instanceof Error ? error.message : error));
  };
  return { bus, failures };
}

/** Senders that keep what they are given. */
function outbox() {
  const emails: Email[] = [];
  const texts: Sms[] = [];
  const senders = {
    sendEmail: (email: Email) => void emails.push(email),
    sendSms: (sms: Sms) => void texts.push(sms),
  };
  return { emails, texts, senders };
}

/** A bus as a network makes it: events arrive later, when `arrive` is called. */
function slowBus() {
  const { bus, failures } = openBus();
  const waiting: ShopEvent[] = [];
  const slow: Bus<ShopEvents> = {
    subscribe: (pattern, listener) => bus.subscribe(pattern, listener),
    unsubscribe: (pattern, listener) => bus.unsubscribe(pattern, listener),
    emit: (name, data) => {
      const event = createEvent(name, data) as EventOf<ShopEvents, typeof name>;
      waiting.push(event as ShopEvent);
      return event;
    },
    deliver: (event) => bus.deliver(event),
    history: waiting,
  };
  const arrive = () => {
    for (const event of waiting.splice(0)) bus.deliver(event);
  };
  return { bus: slow, waiting, arrive, failures };
}

/** What a day in the shop leaves in a file, as it is read back later. */
function replayOf(history: readonly ShopEvent[]): ShopEvent[] {
  return history.map((event) => JSON.parse(JSON.stringify({ ...event, replayed: true })));
}

function namesOf(events: readonly ShopEvent[]): string[] {
  return events.map((event) => event.name);
}

/** Which of the words a message names. */
function namedIn(message: Email | Sms | undefined, words: string[]): string[] {
  const text = Object.values(message ?? {}).join(" ");
  return words.filter((word) => text.includes(word));
}

/** The sentence with which the shop refuses, for what must be refused with an OrderError. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof OrderError) return error.message;
    throw error;
  }
  return "accepted";
}

function outcome(action: () => unknown): "refused" | "accepted" {
  return refusal(action) === "accepted" ? "accepted" : "refused";
}

/** Whether the shop refuses, and says which order it is about. */
function verdict(orderId: number, action: () => unknown): string {
  const sentence = refusal(action);
  if (sentence === "accepted") return sentence;
  return `refused, ${sentence.includes(String(orderId)) ? "" : "not "}naming ${orderId}`;
}

/** Lets promises that are already settled reach those who wait for them. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

// Step 1 · Take an order

test("step 1 · an order becomes order.created, with all that others need to know", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  const orderId = orders.createOrder(ann, [tea, cup]);
  assert.deepEqual(namesOf(bus.history), ["order.created"]);
  assert.deepEqual(bus.history[0]?.data, order);
  assert.deepEqual({ orderId }, { orderId: 41 });
  assert.deepEqual(await failures(), []);
});

test("step 1 · orders are numbered one after the other, from 1 unless told otherwise", () => {
  const kyiv = new OrderService(openBus().bus);
  const lviv = new OrderService(openBus().bus, { firstOrderId: 500 });
  const shops = [kyiv, lviv, kyiv, lviv, kyiv];
  const numbers = shops.map((shop) => shop.createOrder(ann, [tea]));
  assert.deepEqual(numbers, [1, 500, 2, 501, 3]);
});

test("step 1 · the event is plain JSON: it can be written to a file and read back", () => {
  const { bus } = openBus();
  new OrderService(bus).createOrder(ann, [tea, cup]);
  const data = bus.history[0]?.data;
  assert.deepEqual(JSON.parse(JSON.stringify(data)), data);
});

test("step 1 · whoever changes the cart afterwards does not change the event", () => {
  const { bus } = openBus();
  const cart = [{ ...tea }, { ...cup }];
  new OrderService(bus, { firstOrderId: 41 }).createOrder(ann, cart);
  cart[0] = { name: "caviar", quantity: 90, price: 90_000 };
  if (cart[1]) cart[1].quantity = 90;
  assert.deepEqual(bus.history[0]?.data, order);
});

// Step 2 · Confirm by email

test("step 2 · who orders gets an email with the number of the order and its total", async () => {
  const { bus, failures } = openBus();
  const { emails, texts, senders } = outbox();
  new NotificationService(bus, senders);
  bus.emit("order.created", order);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    emails.map(({ to }) => to),
    ["ann@example.com"],
  );
  assert.deepEqual(namedIn(emails[0], ["41", "125.50"]), ["41", "125.50"]);
  assert.deepEqual(texts, []);
});

test("step 2 · each customer gets the email about their own order", async () => {
  const { bus, failures } = openBus();
  const { emails, senders } = outbox();
  new NotificationService(bus, senders);
  bus.emit("order.created", order);
  bus.emit("order.created", { ...order, orderId: 42, email: "bob@example.com" });
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    emails.map((email) => [email.to, ...namedIn(email, ["41", "42"])]),
    [
      ["ann@example.com", "41"],
      ["bob@example.com", "42"],
    ],
  );
});

test("step 2 · a mail server that fails is reported to the bus, at once or later", async () => {
  const { bus, failures } = openBus();
  const { senders } = outbox();
  new NotificationService(bus, {
    ...senders,
    sendEmail: () => {
      throw new Error("mail server is down");
    },
  });
  new NotificationService(bus, {
    ...senders,
    sendEmail: async () => {
      throw new Error("mail server hung up");
    },
  });
  bus.emit("order.created", order);
  const reasons = await failures();
  assert.deepEqual(reasons.sort(), ["mail server hung up", "mail server is down"]);
});

// Step 3 · Take the payment

test("step 3 · a payment becomes order.paid, with all that others need to know", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  orders.createOrder(ann, [tea, cup]);
  orders.payOrder(41);
  assert.deepEqual(namesOf(bus.history), ["order.created", "order.paid"]);
  assert.deepEqual(bus.history[1]?.data, payment);
  assert.deepEqual(await failures(), []);
});

test("step 3 · orders are paid in any order, each with its own total", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus);
  const first = orders.createOrder(ann, [tea]);
  const second = orders.createOrder({ ...ann, phone: "+380440000000" }, [cup]);
  orders.payOrder(second);
  orders.payOrder(first);
  assert.deepEqual(
    bus.history.slice(2).map((event) => [event.data.phone, event.data.total]),
    [
      ["+380440000000", 3_550],
      ["+380441234567", 9_000],
    ],
  );
});

test("step 3 · who pays gets an SMS with the number of the order and the sum", async () => {
  const { bus, failures } = openBus();
  const { emails, texts, senders } = outbox();
  new NotificationService(bus, senders);
  bus.emit("order.paid", payment);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    texts.map(({ to }) => to),
    ["+380441234567"],
  );
  assert.deepEqual(namedIn(texts[0], ["41", "125.50"]), ["41", "125.50"]);
  assert.deepEqual(emails, []);
});

test("step 3 · on a bus that delivers later, a new order can be paid at once", async () => {
  const { bus, waiting, arrive, failures } = slowBus();
  const { emails, texts, senders } = outbox();
  const orders = new OrderService(bus);
  new NotificationService(bus, senders);
  orders.payOrder(orders.createOrder(ann, [tea]));
  assert.deepEqual(namesOf(waiting), ["order.created", "order.paid"]);
  arrive();
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    { emails: emails.length, texts: texts.length },
    { emails: 1, texts: 1 },
  );
});

test("step 3 · a listener can pay the moment it hears of the order", async () => {
  const { bus, failures } = openBus();
  const till: { orders?: OrderService } = {};
  bus.subscribe("order.created", ({ orderId }) => till.orders?.payOrder(orderId));
  till.orders = new OrderService(bus);
  till.orders.createOrder(ann, [tea]);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(namesOf(bus.history), ["order.created", "order.paid"]);
});

test("step 3 · an SMS that cannot be sent is reported to the bus", async () => {
  const { bus, failures } = openBus();
  const { senders } = outbox();
  new NotificationService(bus, {
    ...senders,
    sendSms: async () => {
      throw new Error("no network");
    },
  });
  bus.emit("order.paid", payment);
  assert.deepEqual(await failures(), ["no network"]);
});

// Step 4 · Count

test("step 4 · orders and payments are counted, and what was paid is added up", async () => {
  const { bus, failures } = openBus();
  const analytics = new AnalyticsService(bus);
  bus.emit("order.created", order);
  bus.emit("order.created", { ...order, orderId: 42, total: 1_000 });
  bus.emit("order.created", { ...order, orderId: 43, total: 250 });
  bus.emit("order.paid", payment);
  bus.emit("order.paid", { ...payment, orderId: 43, total: 250 });
  assert.deepEqual(await failures(), []);
  assert.deepEqual(analytics.figures, { orders: 3, payments: 2, revenue: 12_800 });
});

test("step 4 · a new analytics service starts at nothing, whatever others have counted", () => {
  const { bus } = openBus();
  const early = new AnalyticsService(bus);
  bus.emit("order.created", order);
  const late = new AnalyticsService(bus);
  bus.emit("order.paid", payment);
  assert.deepEqual(early.figures, { orders: 1, payments: 1, revenue: 12_550 });
  assert.deepEqual(late.figures, { orders: 0, payments: 1, revenue: 12_550 });
});

test("step 4 · figures that were handed out do not change later", () => {
  const { bus } = openBus();
  const analytics = new AnalyticsService(bus);
  const morning = analytics.figures;
  bus.emit("order.created", order);
  assert.deepEqual(morning, { orders: 0, payments: 0, revenue: 0 });
});

test("step 4 · the whole shop: orders, payments, messages and figures", async () => {
  const { bus, failures } = openBus();
  const { emails, texts, senders } = outbox();
  const analytics = new AnalyticsService(bus);
  new NotificationService(bus, senders);
  const orders = new OrderService(bus, { firstOrderId: 41 });
  orders.createOrder(ann, [tea, cup]);
  orders.createOrder(ann, [cup]);
  orders.payOrder(42);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(analytics.figures, { orders: 2, payments: 1, revenue: 3_550 });
  assert.deepEqual(
    { emails: emails.length, texts: texts.length },
    { emails: 2, texts: 1 },
  );
});

// Step 5 · Refuse what cannot be

test("step 5 · an empty order is refused, and nobody hears of it", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus);
  assert.equal(
    outcome(() => orders.createOrder(ann, [])),
    "refused",
  );
  assert.deepEqual(namesOf(bus.history), []);
});

test("step 5 · paying an unknown order is refused with its number, and nobody hears of it", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus);
  orders.createOrder(ann, [tea]);
  assert.equal(
    verdict(777, () => orders.payOrder(777)),
    "refused, naming 777",
  );
  assert.deepEqual(namesOf(bus.history), ["order.created"]);
});

test("step 5 · paying twice is refused with its number, and nobody hears of it", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  orders.createOrder(ann, [tea]);
  orders.payOrder(41);
  assert.equal(
    verdict(41, () => orders.payOrder(41)),
    "refused, naming 41",
  );
  assert.deepEqual(namesOf(bus.history), ["order.created", "order.paid"]);
});

test("step 5 · on a bus that delivers later, paying twice is refused all the same", () => {
  const { bus, waiting } = slowBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  orders.createOrder(ann, [tea]);
  orders.payOrder(41);
  assert.deepEqual(
    {
      "second payment": verdict(41, () => orders.payOrder(41)),
      emitted: namesOf(waiting),
    },
    {
      "second payment": "refused, naming 41",
      emitted: ["order.created", "order.paid"],
    },
  );
});

test("step 5 · who hears of a payment and pays once more is refused", async () => {
  const { bus, failures } = openBus();
  const till: { orders?: OrderService; again?: string } = {};
  bus.subscribe("order.paid", ({ orderId }) => {
    if (till.again !== undefined) return;
    till.again = "asked";
    till.again = outcome(() => till.orders?.payOrder(orderId));
  });
  till.orders = new OrderService(bus);
  till.orders.payOrder(till.orders.createOrder(ann, [tea]));
  assert.deepEqual(await failures(), []);
  assert.deepEqual({ "second payment": till.again }, { "second payment": "refused" });
});

test("step 5 · a quantity is a whole number, 1 or more", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus);
  const accepted = [0, -1, 1.5, Number.NaN, Infinity, "2" as unknown as number].filter(
    (quantity) =>
      outcome(() => orders.createOrder(ann, [cup, { ...tea, quantity }])) === "accepted",
  );
  assert.deepEqual({ accepted }, { accepted: [] });
  assert.deepEqual(namesOf(bus.history), []);
});

test("step 5 · a price is a whole number of kopiykas, 0 or more", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus);
  const accepted = [-1, 12.5, Number.NaN, Infinity, "450" as unknown as number].filter(
    (price) =>
      outcome(() => orders.createOrder(ann, [cup, { ...tea, price }])) === "accepted",
  );
  assert.deepEqual({ accepted }, { accepted: [] });
  orders.createOrder(ann, [{ name: "sample", quantity: 1, price: 0 }]);
  assert.deepEqual(namesOf(bus.history), ["order.created"]);
});

test("step 5 · a total too large to be exact is refused", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus);
  const yacht = { name: "yacht", quantity: 1, price: Number.MAX_SAFE_INTEGER };
  assert.equal(
    outcome(() => orders.createOrder(ann, [yacht, cup])),
    "refused",
  );
  assert.deepEqual(namesOf(bus.history), []);
});

test("step 5 · after a refusal the shop goes on", () => {
  const { bus } = openBus();
  const orders = new OrderService(bus);
  refusal(() => orders.createOrder(ann, []));
  refusal(() => orders.payOrder(777));
  const orderId = orders.createOrder(ann, [tea]);
  refusal(() => orders.payOrder(orderId + 1));
  orders.payOrder(orderId);
  assert.deepEqual(namesOf(bus.history), ["order.created", "order.paid"]);
});

test("step 5 · the number of the first order is a whole number, 1 or more", () => {
  refusal(() => new OrderService(openBus().bus).createOrder(ann, []));
  const accepted = [0, -3, 1.5, Number.NaN].filter((firstOrderId) => {
    try {
      return new OrderService(openBus().bus, { firstOrderId });
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  });
  assert.deepEqual({ accepted }, { accepted: [] });
});

// Step 6 · Take a service away

test("step 6 · a stopped notification service sends nothing more", async () => {
  const { bus, failures } = openBus();
  const { emails, texts, senders } = outbox();
  const notifications = new NotificationService(bus, senders);
  bus.emit("order.created", order);
  notifications.stop();
  bus.emit("order.created", { ...order, orderId: 42 });
  bus.emit("order.paid", payment);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    { emails: emails.length, texts: texts.length },
    { emails: 1, texts: 0 },
  );
});

test("step 6 · a stopped analytics service keeps its figures", async () => {
  const { bus, failures } = openBus();
  const analytics = new AnalyticsService(bus);
  bus.emit("order.created", order);
  analytics.stop();
  bus.emit("order.created", { ...order, orderId: 42 });
  bus.emit("order.paid", payment);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(analytics.figures, { orders: 1, payments: 0, revenue: 0 });
});

test("step 6 · a stopped order service no longer listens", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 7 });
  orders.createOrder(ann, [tea]);
  orders.stop();
  bus.deliver({ ...createEvent("order.created", order), replayed: true });
  bus.deliver(createEvent("order.paid", { ...payment, orderId: 7 }));
  // Whoever has not come to step 8 yet answers a replayed event with its TODO.
  const heardAfterStop = await failures().catch(() => ["order.created"]);
  if (outcome(() => orders.payOrder(41)) === "accepted")
    heardAfterStop.push("order.created");
  if (outcome(() => orders.payOrder(7)) === "refused") heardAfterStop.push("order.paid");
  assert.deepEqual({ heardAfterStop }, { heardAfterStop: [] });
});

test("step 6 · stopping one service stops no other, and stopping twice does no harm", async () => {
  const { bus, failures } = openBus();
  const { emails, senders } = outbox();
  const first = new NotificationService(bus, senders);
  new NotificationService(bus, senders);
  const analytics = new AnalyticsService(bus);
  new AnalyticsService(bus).stop();
  first.stop();
  first.stop();
  bus.emit("order.created", order);
  assert.deepEqual(await failures(), []);
  assert.deepEqual({ emails: emails.length }, { emails: 1 });
  assert.deepEqual({ orders: analytics.figures.orders }, { orders: 1 });
});

for (const missing of ["orders", "notifications", "analytics"]) {
  test(`step 6 · without ${missing}, the rest of the shop works on`, async () => {
    const { bus, failures } = openBus();
    const { emails, texts, senders } = outbox();
    const orders = new OrderService(bus, { firstOrderId: 41 });
    const notifications = new NotificationService(bus, senders);
    const analytics = new AnalyticsService(bus);
    for (const [name, service] of Object.entries({ orders, notifications, analytics })) {
      if (name === missing) service.stop();
    }
    if (missing === "orders") {
      bus.emit("order.created", order);
      bus.emit("order.paid", payment);
    } else {
      orders.createOrder(ann, [tea, cup]);
      orders.payOrder(41);
    }
    assert.deepEqual(await failures(), []);
    assert.deepEqual(namesOf(bus.history), ["order.created", "order.paid"]);
    assert.deepEqual(
      [emails.length, texts.length],
      missing === "notifications" ? [0, 0] : [1, 1],
    );
    assert.deepEqual(
      analytics.figures,
      missing === "analytics"
        ? { orders: 0, payments: 0, revenue: 0 }
        : { orders: 1, payments: 1, revenue: 12_550 },
    );
  });
}

test("step 6 · no service imports another", async () => {
  new AnalyticsService(openBus().bus).stop();
  const services = ["order-service", "notification-service", "analytics-service"];
  const imports: string[] = [];
  for (const service of services) {
    const address = import.meta.resolve(`#lesson/03-online-shop/${service}.ts`);
    const source = await readFile(fileURLToPath(address), "utf8");
    const found = source.matchAll(
      /^\s*(?:import|export)\s(?!type\b)[^"';]*["'][^"']*?([a-z]+-service)(?:\.ts)?["']/gm,
    );
    for (const [, other] of found) imports.push(`${service} imports ${other}`);
  }
  assert.deepEqual(imports, []);
});

// Step 7 · Hear the same event twice

test("step 7 · an event that comes twice sends one email and one SMS", async () => {
  const { bus, failures } = openBus();
  const { emails, texts, senders } = outbox();
  new NotificationService(bus, senders);
  const created = bus.emit("order.created", order);
  const paid = bus.emit("order.paid", payment);
  for (const event of [created, paid, created, paid]) bus.deliver(event);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    { emails: emails.length, texts: texts.length },
    { emails: 1, texts: 1 },
  );
});

test("step 7 · an event that comes twice as JSON is still the same event", async () => {
  const { bus, failures } = openBus();
  const { emails, senders } = outbox();
  new NotificationService(bus, senders);
  const created = bus.emit("order.created", order);
  bus.deliver(JSON.parse(JSON.stringify(created)));
  assert.deepEqual(await failures(), []);
  assert.deepEqual({ emails: emails.length }, { emails: 1 });
});

test("step 7 · an event that comes twice is counted once", async () => {
  const { bus, failures } = openBus();
  const analytics = new AnalyticsService(bus);
  const created = bus.emit("order.created", order);
  const paid = bus.emit("order.paid", payment);
  for (const event of [created, paid, paid]) bus.deliver(event);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(analytics.figures, { orders: 1, payments: 1, revenue: 12_550 });
});

test("step 7 · two orders that look the same are two orders", async () => {
  const { bus, failures } = openBus();
  const { emails, texts, senders } = outbox();
  new NotificationService(bus, senders);
  const analytics = new AnalyticsService(bus);
  const orders = new OrderService(bus);
  for (let again = 0; again < 2; again++) orders.payOrder(orders.createOrder(ann, [tea]));
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    { emails: emails.length, texts: texts.length },
    { emails: 2, texts: 2 },
  );
  assert.deepEqual(analytics.figures, { orders: 2, payments: 2, revenue: 18_000 });
});

for (const [when, fail] of [
  [
    "at once",
    () => {
      throw new Error("mail server is down");
    },
  ],
  ["later", () => Promise.reject(new Error("mail server is down"))],
] as const) {
  test(`step 7 · an email that failed ${when} is sent when the event comes again`, async () => {
    const { bus, failures } = openBus();
    const { emails, senders } = outbox();
    let attempts = 0;
    const sendEmail = (email: Email) => {
      attempts += 1;
      return attempts === 1 ? fail() : senders.sendEmail(email);
    };
    new NotificationService(bus, { ...senders, sendEmail });
    const created = bus.emit("order.created", order);
    assert.deepEqual(await failures(), ["mail server is down"]);
    bus.deliver(created);
    await settled();
    bus.deliver(created);
    assert.deepEqual(await failures(), ["mail server is down"]);
    assert.deepEqual({ emails: emails.length, attempts }, { emails: 1, attempts: 2 });
  });
}

test("step 7 · while an email is on its way, the same event sends no second one", async () => {
  const { bus, failures } = openBus();
  const { senders } = outbox();
  let arrived = () => {};
  let attempts = 0;
  const sendEmail = () => {
    attempts += 1;
    return new Promise<void>((resolve) => {
      arrived = resolve;
    });
  };
  new NotificationService(bus, { ...senders, sendEmail });
  const created = bus.emit("order.created", order);
  bus.deliver(created);
  arrived();
  assert.deepEqual(await failures(), []);
  assert.deepEqual({ attempts }, { attempts: 1 });
});

test("step 7 · an email that fails on its way is not done for the second delivery", async () => {
  const { bus, failures } = openBus();
  const { emails, senders } = outbox();
  let hangUp = (_reason: Error) => {};
  const onItsWay = new Promise<void>((_resolve, reject) => {
    hangUp = reject;
  });
  let attempts = 0;
  const sendEmail = (email: Email) => {
    attempts += 1;
    return attempts === 1 ? onItsWay : senders.sendEmail(email);
  };
  new NotificationService(bus, { ...senders, sendEmail });
  const created = bus.emit("order.created", order);
  bus.deliver(created);
  await settled();
  hangUp(new Error("mail server hung up"));
  // The second delivery may fail as the first one did, or send the email itself.
  const answered = (await failures()).length + emails.length;
  assert.deepEqual({ deliveries: 2, answered }, { deliveries: 2, answered: 2 });
  bus.deliver(created);
  await settled();
  assert.deepEqual({ emails: emails.length }, { emails: 1 });
});

// Step 8 · Start again from the events

/** The events of a day: order 1 was paid, order 2 was not. */
function dayInTheShop(): readonly ShopEvent[] {
  const { bus } = openBus();
  const orders = new OrderService(bus);
  orders.createOrder(ann, [tea]);
  orders.createOrder(ann, [cup]);
  orders.payOrder(1);
  return bus.history;
}

test("step 8 · an order service that heard the events again knows the old orders", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus);
  for (const event of replayOf(dayInTheShop())) bus.deliver(event);
  assert.deepEqual(await failures(), []);
  orders.payOrder(2);
  assert.deepEqual(
    bus.history.map(({ name, data }) => [name, data.orderId, data.phone, data.total]),
    [["order.paid", 2, "+380441234567", 3_550]],
  );
});

test("step 8 · what was paid before the restart cannot be paid again", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus);
  for (const event of replayOf(dayInTheShop())) bus.deliver(event);
  assert.deepEqual(await failures(), []);
  assert.equal(
    verdict(1, () => orders.payOrder(1)),
    "refused, naming 1",
  );
  assert.deepEqual(namesOf(bus.history), []);
});

test("step 8 · numbers go on after the last order, and never come twice", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus);
  const [first, second, ...rest] = replayOf(dayInTheShop());
  // Events may arrive in another order than they were told: the newer order comes first here.
  for (const event of [second, first, ...rest]) if (event) bus.deliver(event);
  assert.deepEqual(await failures(), []);
  assert.deepEqual({ orderId: orders.createOrder(ann, [tea]) }, { orderId: 3 });
});

test("step 8 · an order that is heard of again stays paid", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  const created = bus.emit("order.created", order);
  orders.payOrder(41);
  bus.deliver(created);
  bus.deliver({ ...created, replayed: true });
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    { "second payment": verdict(41, () => orders.payOrder(41)) },
    { "second payment": "refused, naming 41" },
  );
});

test("step 8 · an order stays paid when its payment is heard of first", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus);
  bus.deliver({ ...createEvent("order.paid", payment), replayed: true });
  bus.deliver({ ...createEvent("order.created", order), replayed: true });
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    { "second payment": verdict(41, () => orders.payOrder(41)) },
    { "second payment": "refused, naming 41" },
  );
});

test("step 8 · a number that only a payment tells of is taken, too", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus);
  bus.deliver({ ...createEvent("order.created", order), replayed: true });
  bus.deliver({
    ...createEvent("order.paid", { ...payment, orderId: 50 }),
    replayed: true,
  });
  assert.deepEqual(await failures(), []);
  assert.deepEqual({ orderId: orders.createOrder(ann, [tea]) }, { orderId: 51 });
});

test("step 8 · replayed events send no message, new ones do", async () => {
  const { bus, failures } = openBus();
  const { emails, texts, senders } = outbox();
  new NotificationService(bus, senders);
  const orders = new OrderService(bus);
  for (const event of replayOf(dayInTheShop())) bus.deliver(event);
  assert.deepEqual(await failures(), []);
  orders.payOrder(2);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(
    { emails: emails.length, texts: texts.length },
    { emails: 0, texts: 1 },
  );
});

test("step 8 · replayed events give the figures back", async () => {
  const { bus, failures } = openBus();
  const analytics = new AnalyticsService(bus);
  const orders = new OrderService(bus);
  for (const event of replayOf(dayInTheShop())) bus.deliver(event);
  assert.deepEqual(await failures(), []);
  orders.payOrder(2);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(analytics.figures, { orders: 2, payments: 2, revenue: 12_550 });
});

test("step 8 · two order services on one bus share orders, and no number", async () => {
  const { bus, failures } = openBus();
  const counter = new OrderService(bus);
  const website = new OrderService(bus);
  const numbers = [counter, website, counter].map((shop) => shop.createOrder(ann, [tea]));
  assert.deepEqual(await failures(), []);
  assert.deepEqual(numbers, [1, 2, 3]);
  counter.payOrder(2);
  assert.equal(
    verdict(2, () => website.payOrder(2)),
    "refused, naming 2",
  );
});

test("step 8 · a stopped order service learns of no more orders", async () => {
  const { bus, failures } = openBus();
  const orders = new OrderService(bus);
  const [first, ...rest] = replayOf(dayInTheShop());
  if (first) bus.deliver(first);
  orders.stop();
  for (const event of rest) bus.deliver(event);
  assert.deepEqual(await failures(), []);
  assert.equal(
    outcome(() => orders.payOrder(2)),
    "refused",
  );
});
