import kleur from "kleur";
import type { BusEvent } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";

interface ShopEvents {
  "user.registered": { userId: number; email: string };
  "user.deleted": { userId: number };
  "order.created": { orderId: number; total: number };
  "order.item.added": { orderId: number; item: string };
}

/** The story plays on one morning, a minute from one event to the next. */
let now = Date.UTC(2026, 0, 31, 9, 0);
const clock = () => {
  now += 60_000;
  return now;
};

function say(who: string, what: string): void {
  console.log(`            ${kleur.cyan(who.padEnd(13))} ${what}`);
}

function chapter(title: string): void {
  console.log(`\n${kleur.bold(title)}`);
}

/** The newest line of the story: what has just been emitted, before anybody reacts. */
function announce({ name, timestamp }: BusEvent): void {
  const time = new Date(timestamp).toISOString().slice(11, 19);
  console.log(`  ${kleur.dim(time)}  ${kleur.yellow(name)}`);
}

chapter("A shop emits, listeners react");
// #region first
const bus = new EventBus<ShopEvents>({ clock });

const sendWelcomeEmail = ({ email }: { email: string }) => {
  say("email-sender", `welcome, ${email}`);
};

bus.subscribe("user.registered", (_data, event) => announce(event));
bus.subscribe("user.registered", sendWelcomeEmail);
bus.subscribe("user.registered", ({ userId }) => say("analytics", `new user ${userId}`));

bus.emit("user.registered", { userId: 7, email: "ann@example.com" });
// #endregion

chapter("One listener leaves, the shop does not notice");
// #region unsubscribe
bus.unsubscribe("user.registered", sendWelcomeEmail);
bus.emit("user.registered", { userId: 8, email: "bo@example.com" });
// #endregion

chapter("The bus remembers what nobody heard");
// #region history
bus.emit("order.created", { orderId: 15, total: 129_00 });
for (const { timestamp, name, data } of bus.history) {
  const time = new Date(timestamp).toISOString().slice(11, 19);
  console.log(`  ${kleur.dim(time)}  ${name.padEnd(16)} ${JSON.stringify(data)}`);
}
// #endregion

chapter("Wildcards: one subscription, many events");
// #region wildcards
const audit = new EventBus<ShopEvents>({ clock });
audit.subscribe("#", (_data, event) => announce(event));
audit.subscribe("user.*", (_data, event) => say("user log", event.name));
audit.subscribe("order.#", ({ orderId }) => say("order desk", `order ${orderId}`));

audit.emit("user.deleted", { userId: 8 });
audit.emit("order.created", { orderId: 16, total: 45_00 });
audit.emit("order.item.added", { orderId: 16, item: "green tea" });
// #endregion

chapter("One listener fails, the others hear all the same");
// #region failure
const careful = new EventBus<ShopEvents>({
  clock,
  onError: (error, event, pattern) =>
    say(kleur.red("failure"), `${pattern} at ${event.name}: ${(error as Error).message}`),
});
careful.subscribe("order.created", (_data, event) => announce(event));
careful.subscribe("order.*", () => {
  throw new Error("the printer is out of paper");
});
careful.subscribe("order.created", ({ orderId }) =>
  say("warehouse", `packs order ${orderId}`),
);

careful.emit("order.created", { orderId: 17, total: 12_50 });
// #endregion

chapter("What is not an event is refused");
try {
  careful.emit("order.*" as "order.created", { orderId: 18, total: 0 });
} catch (error) {
  console.log(`  ${(error as Error).message}`);
}
