import kleur from "kleur";
import { createEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { ShopEvents } from "#given/02-events-and-listeners/given/catalogue.ts";
import type { Email } from "#given/02-events-and-listeners/given/listeners.ts";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { createEmailSender } from "#lesson/02-events-and-listeners/email-sender.ts";
import { createLogger } from "#lesson/02-events-and-listeners/logger.ts";

/** The story plays on one morning, a minute from one event to the next. */
let now = Date.UTC(2026, 0, 31, 9, 0);
const clock = () => {
  now += 60_000;
  return now;
};

function say(who: string, what: string): void {
  console.log(`    ${kleur.cyan(who.padEnd(12))} ${what}`);
}

/** Prints a line of the log, cut where a terminal of 80 columns ends. */
function print(line: string): void {
  const shown = line.length > 78 ? `${line.slice(0, 77)}…` : line;
  console.log(`  ${kleur.dim(shown)}`);
}

function chapter(title: string): void {
  console.log(`\n${kleur.bold(title)}`);
}

/** Lets what was begun, such as an email on its way, come to its end. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const ann = { userId: 7, name: "Ann", email: "ann@example.com" };
const bob = { userId: 8, name: "Bob", email: "bob@example.com" };

chapter("A listener is a function: it can be tried without a bus and a mail server");
// #region alone
const outbox: Email[] = [];
const sender = createEmailSender((email) => outbox.push(email));

await sender.welcome(ann, createEvent("user.registered", ann));
for (const { to, subject } of outbox) say("outbox", `to ${to}: ${subject}`);
// #endregion

let mailServerIsUp = true;

const bus = new EventBus<ShopEvents>({
  clock,
  onError: (error, event) =>
    say(kleur.red("failure"), `at ${event.name}: ${(error as Error).message}`),
});

chapter("Three listeners, each with what it needs, and one place that connects them");
// #region connect
const emailSender = createEmailSender(async ({ to, subject }) => {
  if (!mailServerIsUp) throw new Error("the mail server is down");
  say("email-sender", `to ${to}: ${subject}`);
});
const logger = createLogger(print);
const analytics = createAnalytics();

const disconnect = connectListeners(bus, { emailSender, logger, analytics });
// #endregion

// #region producers
bus.emit("user.registered", ann);
bus.emit("order.created", { orderId: 41, userId: 7, email: ann.email, total: 125_50 });
// #endregion
await settled();

chapter("A fourth listener joins; no producer is changed");
// #region fourth
const leave = bus.subscribe("order.created", ({ userId, total }) => {
  say("loyalty", `user ${userId} earns ${Math.floor(total / 1000)} points`);
});

bus.emit("order.created", { orderId: 42, userId: 7, email: ann.email, total: 899_00 });
// #endregion
leave();
await settled();

chapter("The mail server is down: an event that comes again is another chance, once");
// #region again
mailServerIsUp = false;
const event = bus.emit("user.registered", bob);
await settled();

mailServerIsUp = true;
bus.deliver(event); // now the email leaves
bus.deliver(event); // and now it does not leave a second time
// #endregion
await settled();

chapter("Somebody goes, and the event knows what nobody else knows any more");
bus.emit("user.deleted", ann);
await settled();

chapter("All three are disconnected; the shop does not notice");
// #region disconnect
disconnect();
bus.emit("order.created", { orderId: 43, userId: 8, email: bob.email, total: 50_00 });
// #endregion
await settled();

const { users, orders, turnover } = analytics.figures();
say(
  "analytics",
  `users: ${users}, orders: ${orders}, turnover: ${formatMoney(turnover)}`,
);
say("history", `${bus.history.length} events, the last one heard by nobody`);
