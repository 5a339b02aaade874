import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import kleur from "kleur";
import { EventBus } from "#bus/event-bus";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { RecordedBus, reaction } from "#lesson/05-event-replay/recorded-bus.ts";
import { AnalyticsService } from "#shop/analytics-service.ts";
import { NotificationService } from "#shop/notification-service.ts";
import { OrderService } from "#shop/order-service.ts";

/** The story plays on one day, half an hour from one event to the next. */
let now = Date.UTC(2026, 0, 31, 8, 30);
const clock = () => {
  now += 1_800_000;
  return now;
};

function say(who: string, what: string): void {
  console.log(`         ${kleur.cyan(who.padEnd(10))} ${what}`);
}

function chapter(title: string): void {
  console.log(`\n${kleur.bold(title)}`);
}

function timeOf(timestamp: number): string {
  return new Date(timestamp).toISOString().slice(11, 16);
}

/** Your own log stays where you can open it; that of the reference answer goes when it is read. */
function freshLog(): { path: string; shown: string } {
  const answer = import.meta.resolve("#lesson/05-event-replay/recorded-bus.ts");
  if (answer.includes("/work/05-event-replay/")) {
    const folder = fileURLToPath(new URL("../../work/05-event-replay", import.meta.url));
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "events.log");
    rmSync(path, { force: true });
    return { path, shown: "work/05-event-replay/events.log" };
  }
  const folder = mkdtempSync(join(tmpdir(), "event-replay-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return { path: join(folder, "events.log"), shown: "events.log" };
}

const log = freshLog();

/** A shop as it is when its process has just started: it knows nothing. */
// #region open
function openShop() {
  const bus = new RecordedBus(new EventBus<ShopEvents>({ clock }), log.path);
  const sent: string[] = [];

  // Projections: state that is worked out from events, and can be worked out again.
  const orders = new OrderService(bus, { firstOrderId: 41 });
  const analytics = new AnalyticsService(bus);

  // Reactions: they do something in the world, once in the life of an event.
  new NotificationService(bus, {
    sendEmail: () => sent.push("email"),
    sendSms: () => sent.push("SMS"),
  });
  bus.subscribe(
    "order.paid",
    reaction(() => sent.push("parcel label")),
  );
  return { bus, orders, analytics, sent };
}
// #endregion

type Shop = ReturnType<typeof openShop>;

async function report({ analytics, sent }: Shop): Promise<void> {
  // A message leaves a moment after its event.
  await setImmediate();
  const { orders, payments, revenue } = analytics.figures;
  say("analytics", `orders ${orders}, payments ${payments}, ${formatMoney(revenue)}`);
  const counts = ["email", "SMS", "parcel label"].map(
    (kind) => `${kind} ${sent.filter((each) => each === kind).length}`,
  );
  say("sent", counts.join(", "));
}

function announce({ bus }: Shop): void {
  bus.subscribe("#", ({ orderId, total }, { name, timestamp, replayed }) => {
    const time = kleur.dim(timeOf(timestamp));
    const mark = replayed ? kleur.magenta("  replayed") : "";
    console.log(
      `  ${time}  ${kleur.yellow(name.padEnd(13))} ${orderId} ${formatMoney(total).padStart(12)}${mark}`,
    );
  });
}

const ann = { email: "ann@example.com", phone: "+380441234567" };
const bob = { email: "bob@example.com", phone: "+380447654321" };
const cy = { email: "cy@example.com", phone: "+380449999999" };
const tea = { name: "green tea", quantity: 2, price: 45_00 };
const cup = { name: "cup", quantity: 1, price: 35_50 };
/** Somebody forgot two zeros. */
const samovar = { name: "samovar", quantity: 1, price: 24_00 };

chapter("A day in the shop. Every event is written down");
const shop = openShop();
announce(shop);
shop.orders.payOrder(shop.orders.createOrder(ann, [tea, cup]));
shop.orders.createOrder(bob, [cup]);
shop.orders.payOrder(shop.orders.createOrder(cy, [samovar]));
shop.orders.payOrder(shop.orders.createOrder(bob, [samovar]));
await report(shop);
await shop.bus.close();
const lines = readFileSync(log.path, "utf8").split("\n").length - 1;
say("log", `${lines} lines in ${log.shown}`);

chapter("The process dies. A new one starts, and knows nothing");
const next = openShop();
await report(next);

chapter("It plays the log again. The figures come back, and nobody gets a second email");
announce(next);
// #region rebuild
const rebuilt = await next.bus.replayFromFile(log.path);
// #endregion
await report(next);
say("replay", `${rebuilt.replayed} events, ${rebuilt.skipped} skipped`);
say("orders", `order 42 of ${bob.email} can still be paid:`);
next.orders.payOrder(42);
await report(next);
await next.bus.close();

chapter("The samovar costs 2,400.00, not 24.00. What did the shop look like before?");
// #region rollback
const wrong = shop.bus.history.find(
  ({ name, data }) =>
    name === "order.created" && data.items.some(({ price }) => price === samovar.price),
);
const id = wrong?.id ?? "";

const before = openShop();
await before.bus.replayFromFile(log.path, { until: { id } });
// #endregion
await report(before);

chapter("And whom does the shop owe a letter? From there on, only what was ordered");
// #region from
const affected = new RecordedBus(new EventBus<ShopEvents>(), log.path);
affected.subscribe("order.created", ({ orderId, email }) => {
  say("letter", `to ${email} about order ${orderId}`);
});
const part = await affected.replayFromFile(log.path, {
  from: { id },
  pattern: "order.created",
});
// #endregion
say("replay", `${part.replayed} events, ${part.skipped} skipped`);
