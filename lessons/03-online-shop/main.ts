import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import kleur from "kleur";
import type { EventOf } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";

/** The story plays on one day, an hour from one event to the next. */
let now = Date.UTC(2026, 0, 31, 8, 0);
const clock = () => {
  now += 3_600_000;
  return now;
};

function say(who: string, what: string): void {
  console.log(`         ${kleur.cyan(who.padEnd(14))} ${what}`);
}

function chapter(title: string): void {
  console.log(`\n${kleur.bold(title)}`);
}

function timeOf(timestamp: number): string {
  return new Date(timestamp).toISOString().slice(11, 16);
}

function refused(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Error) || error.name === "TodoError") throw error;
    say(kleur.red("refused"), error.message);
  }
}

/** Lets what was begun, such as an email on its way, come to its end. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const bus = new EventBus<ShopEvents>({
  clock,
  onError: (error, event) =>
    say(kleur.red("failure"), `at ${event.name}: ${(error as Error).message}`),
});
bus.subscribe("#", ({ orderId }, { name, timestamp }) => {
  console.log(`  ${kleur.dim(timeOf(timestamp))}  ${kleur.yellow(name)} ${orderId}`);
});

const ann = { email: "ann@example.com", phone: "+380441234567" };
const bob = { email: "bob@example.com", phone: "+380447654321" };
const tea = { name: "green tea", quantity: 2, price: 45_00 };
const cup = { name: "cup", quantity: 1, price: 35_50 };

chapter("The shop opens with one service. It tells the bus, and nobody listens yet");
// #region orders
const orders = new OrderService(bus, { firstOrderId: 41 });

const annsOrder = orders.createOrder(ann, [tea, cup]);
// #endregion
say("orders", `number ${annsOrder} for ${ann.email}`);

chapter("Notifications join. The order service is not changed, and does not know");
// #region notifications
const notifications = new NotificationService(bus, {
  sendEmail: ({ to, subject }) => say("email", `to ${to}: ${subject}`),
  sendSms: ({ to, text }) => say("SMS", `to ${to}: ${text}`),
});

const bobsOrder = orders.createOrder(bob, [cup]);
// #endregion
await settled();

chapter("Money arrives");
orders.payOrder(annsOrder);
await settled();

chapter("Analytics joins, and counts what it hears from now on");
// #region analytics
const analytics = new AnalyticsService(bus);

orders.payOrder(bobsOrder);
// #endregion
await settled();
const bobsSecond = orders.createOrder(bob, [tea]);
await settled();

chapter("What cannot be is refused, and no event tells of it");
refused(() => orders.createOrder(ann, []));
refused(() => orders.payOrder(annsOrder));
refused(() => orders.payOrder(777));

chapter("Notifications are taken away. The shop sells on");
// #region stop
notifications.stop();

orders.payOrder(bobsSecond);
// #endregion
await settled();

chapter("Closing time: the event log of the day");
// #region log
const file = new URL("../../work/03-online-shop/events.log", import.meta.url);
await mkdir(dirname(fileURLToPath(file)), { recursive: true });
await writeFile(file, bus.history.map((event) => `${JSON.stringify(event)}\n`).join(""));
// #endregion
for (const { timestamp, name, data } of bus.history) {
  const amount = formatMoney(data.total).padStart(12);
  console.log(`  ${timeOf(timestamp)}  ${name.padEnd(13)} ${data.orderId} ${amount}`);
}
console.log(kleur.dim("  written to work/03-online-shop/events.log, one event a line"));

function report(who: string, { figures }: AnalyticsService): void {
  const { orders, payments, revenue } = figures;
  say(who, `orders: ${orders}, payments: ${payments}, revenue: ${formatMoney(revenue)}`);
}

chapter("The figures: analytics came late, but the log was there from the beginning");
report("as heard", analytics);

// #region rebuild
const tomorrow = new EventBus<ShopEvents>();
const rebuilt = new AnalyticsService(tomorrow);
const reopened = new OrderService(tomorrow);

for (const line of (await readFile(file, "utf8")).trimEnd().split("\n")) {
  const event: EventOf<ShopEvents> = JSON.parse(line);
  tomorrow.deliver({ ...event, replayed: true });
}
// #endregion
report("from the log", rebuilt);

chapter("Tomorrow's order service goes on where the log ends");
say("orders", `the next order is number ${reopened.createOrder(ann, [cup])}`);
refused(() => reopened.payOrder(annsOrder));
