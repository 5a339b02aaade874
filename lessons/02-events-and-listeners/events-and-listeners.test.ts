import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bus, type BusEvent, createEvent, type EventOf } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import {
  connectListeners,
  type ShopListeners,
} from "#lesson/02-events-and-listeners/connect-listeners.ts";
import {
  createEmailSender,
  type Email,
} from "#lesson/02-events-and-listeners/email-sender.ts";
import { createLogger } from "#lesson/02-events-and-listeners/logger.ts";
import { TodoError } from "#todo";

const ann = { userId: 7, name: "Ann", email: "ann@example.com" };
const bob = { userId: 8, name: "Bob", email: "bob@example.com" };
const order = { orderId: 41, userId: 7, email: "ann@example.com", total: 12_550 };

const morning = Date.UTC(2026, 0, 31, 9, 30);

function registered(user = ann): EventOf<ShopEvents, "user.registered"> {
  return createEvent("user.registered", user, morning);
}

function deleted(user = ann): EventOf<ShopEvents, "user.deleted"> {
  return createEvent("user.deleted", user, morning);
}

function ordered(data = order): EventOf<ShopEvents, "order.created"> {
  return createEvent("order.created", data, morning);
}

/** An event that is not in the catalogue yet. */
function stranger(name: string, data: unknown): EventOf<ShopEvents> {
  return createEvent(name, data, morning) as unknown as EventOf<ShopEvents>;
}

/** An email sender, and the emails that it has sent. No bus and no mail server is needed. */
function emailSender() {
  const emails: Email[] = [];
  const sender = createEmailSender((email) => void emails.push(email));
  return { sender, emails };
}

/** Which of the words an email names. */
function namedIn(email: Email | undefined, words: string[]): string[] {
  const text = `${email?.subject} ${email?.text}`;
  return words.filter((word) => text.includes(word));
}

function sameness(one: string | undefined, other: string | undefined): string {
  return one === other ? `the same subject: ${one}` : "two subjects";
}

/** A logger, and the lines that it has written. */
function notebook() {
  const lines: string[] = [];
  const logger = createLogger((line) => void lines.push(line));
  return { logger, lines };
}

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

/** Listeners that only write down who was called, and with which event. */
function standIns() {
  const calls: string[] = [];
  const standIn = (who: string) => (data: unknown, event: BusEvent) => {
    calls.push(`${who}: ${event.name}${data === event.data ? "" : ", with other data"}`);
  };
  const listeners: ShopListeners = {
    emailSender: {
      welcome: standIn("welcome"),
      confirmOrder: standIn("confirmOrder"),
      sayGoodbye: standIn("sayGoodbye"),
    },
    logger: standIn("logger"),
    analytics: {
      count: standIn("analytics"),
      figures: () => ({ users: 0, orders: 0, turnover: 0 }),
    },
  };
  return { listeners, calls };
}

function emitAll(bus: Bus<ShopEvents>): void {
  bus.emit("user.registered", ann);
  bus.emit("order.created", order);
  bus.emit("user.deleted", ann);
}

/** Lets promises that are already settled reach those who wait for them. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The reason why `action` failed, at once or later. */
async function failureOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof TodoError) throw error;
    return error instanceof Error ? error.message : String(error);
  }
  return "no failure";
}

// Step 1 · Welcome a user

test("step 1 · a new user gets one email, at their own address", async () => {
  const { sender, emails } = emailSender();
  await sender.welcome(ann, registered());
  assert.deepEqual(
    emails.map(({ to }) => to),
    ["ann@example.com"],
  );
});

test("step 1 · the welcome calls the user by name", async () => {
  const { sender, emails } = emailSender();
  await sender.welcome(ann, registered());
  await sender.welcome(bob, registered(bob));
  assert.deepEqual(
    emails.map((email) => namedIn(email, ["Ann", "Bob"])),
    [["Ann"], ["Bob"]],
  );
});

test("step 1 · a mail server that is down is no secret: the listener fails", async () => {
  const sender = createEmailSender(() => {
    throw new Error("mail server is down");
  });
  const later = createEmailSender(async () => {
    throw new Error("mail server hung up");
  });
  const reasons = [
    await failureOf(() => sender.welcome(ann, registered())),
    await failureOf(() => later.welcome(ann, registered())),
  ];
  assert.deepEqual(reasons, ["mail server is down", "mail server hung up"]);
});

// Step 2 · An email for each event

test("step 2 · an order is confirmed with its number and its total", async () => {
  const { sender, emails } = emailSender();
  await sender.confirmOrder(order, ordered());
  assert.deepEqual(
    emails.map(({ to }) => to),
    ["ann@example.com"],
  );
  assert.deepEqual(namedIn(emails[0], ["41", "125.50"]), ["41", "125.50"]);
});

test("step 2 · who leaves gets a last email, by name", async () => {
  const { sender, emails } = emailSender();
  await sender.sayGoodbye(bob, deleted(bob));
  assert.deepEqual(
    emails.map((email) => [email.to, ...namedIn(email, ["Ann", "Bob"])]),
    [["bob@example.com", "Bob"]],
  );
});

test("step 2 · the three emails differ", async () => {
  const { sender, emails } = emailSender();
  await sender.welcome(ann, registered());
  await sender.confirmOrder(order, ordered());
  await sender.sayGoodbye(ann, deleted());
  const [welcome, confirmation, goodbye] = emails.map(({ subject }) => subject);
  assert.deepEqual(
    {
      "welcome and confirmOrder": sameness(welcome, confirmation),
      "welcome and sayGoodbye": sameness(welcome, goodbye),
      "confirmOrder and sayGoodbye": sameness(confirmation, goodbye),
    },
    {
      "welcome and confirmOrder": "two subjects",
      "welcome and sayGoodbye": "two subjects",
      "confirmOrder and sayGoodbye": "two subjects",
    },
  );
});

test("step 2 · a confirmation that cannot be sent fails as well", async () => {
  const sender = createEmailSender(async () => {
    throw new Error("mail server is down");
  });
  const reasons = [
    await failureOf(() => sender.confirmOrder(order, ordered())),
    await failureOf(() => sender.sayGoodbye(ann, deleted())),
  ];
  assert.deepEqual(reasons, ["mail server is down", "mail server is down"]);
});

// Step 3 · One line per event

test("step 3 · the log says when, what and with which data", () => {
  const { logger, lines } = notebook();
  const event = registered();
  logger(event.data, event);
  assert.deepEqual(
    lines.map((line) => line.trimEnd()),
    [
      '2026-01-31T09:30:00.000Z user.registered {"userId":7,"name":"Ann","email":"ann@example.com"}',
    ],
  );
});

test("step 3 · one line for each event, in the order in which they came", () => {
  const { logger, lines } = notebook();
  for (const event of [ordered(), deleted(), registered()]) logger(event.data, event);
  assert.deepEqual(
    lines.map((line) => line.split(" ")[1]),
    ["order.created", "user.deleted", "user.registered"],
  );
});

test("step 3 · the log tells the time of the event, not the time of writing", () => {
  const { logger, lines } = notebook();
  const event = createEvent("user.deleted", ann, 0);
  logger(event.data, event);
  assert.deepEqual(
    lines.map((line) => line.split(" ")[0]),
    ["1970-01-01T00:00:00.000Z"],
  );
});

test("step 3 · a name with a line break in it cannot forge a line", () => {
  const { logger, lines } = notebook();
  const event = registered({
    ...ann,
    name: "Eve\n2026-01-31T09:31:00.000Z user.deleted",
  });
  logger(event.data, event);
  assert.equal(lines.join("").trimEnd().split("\n").length, 1);
});

// Step 4 · Count

test("step 4 · users and orders are counted, and totals added up", () => {
  const analytics = createAnalytics();
  const events = [
    registered(ann),
    registered(bob),
    ordered(order),
    ordered({ ...order, orderId: 42, total: 450 }),
  ];
  for (const event of events) analytics.count(event.data, event);
  assert.deepEqual(analytics.figures(), { users: 2, orders: 2, turnover: 13_000 });
});

test("step 4 · who leaves is no longer counted, but what they ordered is", () => {
  const analytics = createAnalytics();
  for (const event of [registered(ann), registered(bob), ordered(order), deleted(ann)]) {
    analytics.count(event.data, event);
  }
  assert.deepEqual(analytics.figures(), { users: 1, orders: 1, turnover: 12_550 });
});

test("step 4 · before the first event, all figures are 0", () => {
  createAnalytics().count(ann, registered());
  assert.deepEqual(createAnalytics().figures(), { users: 0, orders: 0, turnover: 0 });
});

test("step 4 · figures that were handed out do not change later", () => {
  const analytics = createAnalytics();
  const before = analytics.figures();
  analytics.count(ann, registered());
  assert.deepEqual(before, { users: 0, orders: 0, turnover: 0 });
});

test("step 4 · an event that analytics does not know changes nothing", () => {
  const analytics = createAnalytics();
  analytics.count(ann, registered());
  const strangers = [
    stranger("user.renamed", { ...ann, name: "Anna" }),
    stranger("order.cancelled", order),
    stranger("order.item.added", { orderId: 41, total: 450 }),
  ];
  for (const event of strangers) analytics.count(event.data, event);
  assert.deepEqual(analytics.figures(), { users: 1, orders: 0, turnover: 0 });
});

// Step 5 · Connect them

test("step 5 · each event reaches the listeners that are made for it", async () => {
  const { bus, failures } = openBus();
  const { listeners, calls } = standIns();
  connectListeners(bus, listeners);
  emitAll(bus);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(calls.sort(), [
    "analytics: order.created",
    "analytics: user.deleted",
    "analytics: user.registered",
    "confirmOrder: order.created",
    "logger: order.created",
    "logger: user.deleted",
    "logger: user.registered",
    "sayGoodbye: user.deleted",
    "welcome: user.registered",
  ]);
});

test("step 5 · the logger and analytics hear what is not in the catalogue yet", async () => {
  const { bus, failures } = openBus();
  const { listeners, calls } = standIns();
  connectListeners(bus, listeners);
  for (const name of ["shop.closed", "order.cancelled", "order.item.added", "midnight"]) {
    bus.deliver(stranger(name, {}));
  }
  assert.deepEqual(await failures(), []);
  assert.deepEqual(calls.sort(), [
    "analytics: midnight",
    "analytics: order.cancelled",
    "analytics: order.item.added",
    "analytics: shop.closed",
    "logger: midnight",
    "logger: order.cancelled",
    "logger: order.item.added",
    "logger: shop.closed",
  ]);
});

test("step 5 · nothing is emitted, sent or counted by connecting alone", () => {
  const { bus } = openBus();
  const { listeners, calls } = standIns();
  connectListeners(bus, listeners);
  assert.deepEqual([...calls, ...bus.history], []);
});

test("step 5 · with the real listeners: emails, lines and figures", async () => {
  const { bus, failures } = openBus();
  const { sender, emails } = emailSender();
  const { logger, lines } = notebook();
  const analytics = createAnalytics();
  connectListeners(bus, { emailSender: sender, logger, analytics });
  emitAll(bus);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(analytics.figures(), { users: 0, orders: 1, turnover: 12_550 });
  assert.deepEqual([emails.length, lines.length], [3, 3]);
});

test("step 5 · while the mail server is down, the log and the figures go on", async () => {
  const { bus, failures } = openBus();
  const { logger, lines } = notebook();
  const analytics = createAnalytics();
  const sender = createEmailSender(async () => {
    throw new Error("mail server is down");
  });
  connectListeners(bus, { emailSender: sender, logger, analytics });
  bus.emit("user.registered", ann);
  assert.deepEqual(await failures(), ["mail server is down"]);
  assert.deepEqual([analytics.figures().users, lines.length], [1, 1]);
});

// Step 6 · Disconnect them

test("step 6 · one call disconnects every listener", async () => {
  const { bus, failures } = openBus();
  const { listeners, calls } = standIns();
  const disconnect = connectListeners(bus, listeners);
  disconnect();
  emitAll(bus);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(calls, []);
});

test("step 6 · disconnecting leaves everybody else connected", async () => {
  const { bus, failures } = openBus();
  const first = standIns();
  const second = standIns();
  const heard: string[] = [];
  bus.subscribe("#", (_data, event) => heard.push(event.name));
  const disconnect = connectListeners(bus, first.listeners);
  connectListeners(bus, second.listeners);
  disconnect();
  emitAll(bus);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(heard, ["user.registered", "order.created", "user.deleted"]);
  assert.deepEqual([first.calls.length, second.calls.length], [0, 9]);
});

test("step 6 · disconnecting twice does no harm, and connecting again works", async () => {
  const { bus, failures } = openBus();
  const { listeners, calls } = standIns();
  const disconnect = connectListeners(bus, listeners);
  disconnect();
  disconnect();
  connectListeners(bus, listeners);
  bus.emit("user.deleted", ann);
  assert.deepEqual(await failures(), []);
  assert.deepEqual(calls.sort(), [
    "analytics: user.deleted",
    "logger: user.deleted",
    "sayGoodbye: user.deleted",
  ]);
});

// Step 7 · Once per event

test("step 7 · an event that comes twice sends one email", async () => {
  const { sender, emails } = emailSender();
  const [joined, bought, left] = [registered(), ordered(), deleted()];
  const sentBy = { welcome: 0, confirmOrder: 0, sayGoodbye: 0 };
  for (let delivery = 1; delivery <= 2; delivery++) {
    await sender.welcome(ann, joined);
    sentBy.welcome += emails.splice(0).length;
    await sender.confirmOrder(order, bought);
    sentBy.confirmOrder += emails.splice(0).length;
    await sender.sayGoodbye(ann, left);
    sentBy.sayGoodbye += emails.splice(0).length;
  }
  assert.deepEqual(sentBy, { welcome: 1, confirmOrder: 1, sayGoodbye: 1 });
});

test("step 7 · an event that comes again as a copy is still the same event", async () => {
  const { sender, emails } = emailSender();
  const event = ordered();
  await sender.confirmOrder(order, event);
  await sender.confirmOrder({ ...order }, JSON.parse(JSON.stringify(event)));
  assert.deepEqual({ emails: emails.length }, { emails: 1 });
});

test("step 7 · two events with the same data are two events", async () => {
  const { sender, emails } = emailSender();
  await sender.welcome(ann, registered());
  await sender.welcome(ann, registered());
  await sender.sayGoodbye(ann, deleted());
  await sender.sayGoodbye(ann, deleted());
  assert.deepEqual({ emails: emails.length }, { emails: 4 });
});

test("step 7 · an email that could not be sent is sent when the event comes again", async () => {
  const emails: Email[] = [];
  const outages = ["mail server is down"];
  const sender = createEmailSender(async (email) => {
    const outage = outages.pop();
    if (outage) throw new Error(outage);
    emails.push(email);
  });
  const event = registered();
  const reasons = [];
  for (let delivery = 1; delivery <= 3; delivery++) {
    reasons.push(await failureOf(() => sender.welcome(ann, event)));
  }
  assert.deepEqual(reasons, ["mail server is down", "no failure", "no failure"]);
  assert.deepEqual({ emails: emails.length }, { emails: 1 });
});

test("step 7 · the same holds when sending fails at once", async () => {
  const emails: Email[] = [];
  const outages = ["mail server is down"];
  const sender = createEmailSender((email) => {
    const outage = outages.pop();
    if (outage) throw new Error(outage);
    emails.push(email);
  });
  const event = deleted();
  const reasons = [];
  for (let delivery = 1; delivery <= 3; delivery++) {
    reasons.push(await failureOf(() => sender.sayGoodbye(ann, event)));
  }
  assert.deepEqual(reasons, ["mail server is down", "no failure", "no failure"]);
  assert.deepEqual({ emails: emails.length }, { emails: 1 });
});

/** A mail server that takes its time: emails are on their way until it goes on, or fails. */
function slowMailServer() {
  const taken: Email[] = [];
  let end = (_outage?: Error) => {};
  const answer = new Promise<void>((resolve, reject) => {
    end = (outage) => (outage ? reject(outage) : resolve());
  });
  const sender = createEmailSender((email) => {
    taken.push(email);
    return taken.length === 1 ? answer : undefined;
  });
  return { sender, taken, end };
}

test("step 7 · while an email is on its way, the same event sends no second one", async () => {
  const { sender, taken, end } = slowMailServer();
  const event = registered();
  const deliveries = [sender.welcome(ann, event), sender.welcome(ann, event)];
  await settled();
  end();
  await Promise.all(deliveries);
  assert.deepEqual({ emails: taken.length }, { emails: 1 });
});

test("step 7 · an email that fails on its way is not done for the second delivery", async () => {
  const { sender, taken, end } = slowMailServer();
  const event = registered();
  const deliveries = [
    failureOf(() => sender.welcome(ann, event)),
    failureOf(() => sender.welcome(ann, event)),
  ];
  await settled();
  end(new Error("mail server hung up"));
  const [first, second] = await Promise.all(deliveries);
  // The second delivery may fail as the first one did, or send the email itself.
  const lost = second === "no failure" && taken.length === 1;
  assert.deepEqual(
    { first, second: lost ? "called done, though nothing was sent" : "not lost" },
    { first: "mail server hung up", second: "not lost" },
  );
  await sender.welcome(ann, event);
  assert.deepEqual({ attempts: taken.length }, { attempts: 2 });
});

test("step 7 · two email senders do not know of each other's emails", async () => {
  const first = emailSender();
  const second = emailSender();
  const event = registered();
  await first.sender.welcome(ann, event);
  await first.sender.welcome(ann, event);
  await second.sender.welcome(ann, event);
  assert.deepEqual(
    { first: first.emails.length, second: second.emails.length },
    { first: 1, second: 1 },
  );
});

test("step 7 · an event that comes twice is counted once", () => {
  const analytics = createAnalytics();
  const events = [registered(ann), registered(bob), ordered(), deleted(bob)];
  for (const event of events) {
    analytics.count(event.data, event);
    analytics.count(event.data, event);
  }
  assert.deepEqual(analytics.figures(), { users: 1, orders: 1, turnover: 12_550 });
});

test("step 7 · two analytics listeners do not know what the other has counted", () => {
  const [first, second] = [createAnalytics(), createAnalytics()];
  const event = registered();
  for (const analytics of [first, second, second]) analytics.count(ann, event);
  assert.deepEqual(
    { first: first.figures().users, second: second.figures().users },
    { first: 1, second: 1 },
  );
});

test("step 7 · an event that comes again as a copy is not counted again", () => {
  const analytics = createAnalytics();
  for (const event of [registered(ann), registered(bob), ordered(), deleted(bob)]) {
    analytics.count(event.data, event);
    const copy: typeof event = JSON.parse(JSON.stringify(event));
    analytics.count(copy.data, copy);
  }
  assert.deepEqual(analytics.figures(), { users: 1, orders: 1, turnover: 12_550 });
});

test("step 7 · a registration that comes again after the goodbye brings nobody back", () => {
  const analytics = createAnalytics();
  const first = registered();
  for (const event of [first, deleted(), first]) analytics.count(event.data, event);
  assert.deepEqual(analytics.figures(), { users: 0, orders: 0, turnover: 0 });
});
