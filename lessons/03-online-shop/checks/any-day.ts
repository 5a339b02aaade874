// Days made up by chance, in two shops with these services and in two with slow, simple ones.
import { test } from "node:test";
import {
  type AnyDay,
  budget,
  catchEscaped,
  type Observation,
  playDays,
  quiet,
} from "#any-day";
import { type Bus, createEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { formatMoney } from "#given/02-events-and-listeners/money.ts";
import type { Email, Senders, Sms } from "#given/03-online-shop/given/senders.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderError, OrderService } from "#lesson/03-online-shop/order-service.ts";
import { daysOf } from "./day.ts";
import { asJson, namedIn, replayed, type ShopEvent, SlowBus, tea, told } from "./desk.ts";
import { Refusal, SlowAnalytics, SlowNotifications, SlowOrders } from "./model.ts";
import {
  CARTS,
  type Command,
  type Day,
  PEOPLE,
  RULES,
  type Rule,
  ruleOf,
  SHOPS,
  saidElsewhere,
  storyOf,
  tell,
} from "./story.ts";

type Stoppable = { stop(): unknown };
type Orders = Pick<OrderService, "createOrder" | "payOrder">;
type Analytics = Stoppable & Pick<AnalyticsService, "figures">;

/** What makes the services, those of the answer or those of the model. */
interface Makers {
  orders: new (bus: Bus<ShopEvents>, options: { firstOrderId: number }) => Orders;
  notifications: new (bus: Bus<ShopEvents>, senders: Senders) => Stoppable;
  analytics: new (bus: Bus<ShopEvents>) => Analytics;
  refusal: new () => Error;
}

interface Shop {
  bus: Bus<ShopEvents>;
  orders: Orders[];
  notifications: Stoppable[];
  analytics: Analytics[];
}

const REASONS = [new Error("out of paper"), undefined, null, "no line"];

/** Plays a day, and writes down what can be seen. */
function play(day: Day, step: number, make: Makers): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const seen: Observation[] = [];
    const see = (rule: Rule, what: string, value: unknown) =>
      seen.push({ rule: RULES[rule], what, value });
    /** Every event of a shop, in the order in which it was emitted. */
    const logs = SHOPS.map(() => new Map<string, ShopEvent>());
    const emitted: { event: ShopEvent; text: string }[] = [];
    const sent: { kind: "email" | "sms"; shop: string; message: Email | Sms }[] = [];
    const onTheirWay: { fails: boolean; settle: () => void }[] = [];
    const attempts = new Map<string, number>();
    const figures: { handedOut: Analytics["figures"]; text: string }[] = [];
    const unexpected: unknown[] = [];
    let failed = 0;
    let heardOf = 0;
    let services = 0;
    /** The order service that acts now, if one does. */
    let active: Orders | undefined;
    const hasOrderedOnce = SHOPS.map(() => false);
    const shops = SHOPS.map((_, at) => openShop(at));

    for (const command of day.commands) {
      // Whether a second delivery of a message that then fails tries again itself is left open.
      if (command.does === "again" || command.does === "arrive") await settle(true);
      perform(command);
      active = undefined;
      await look();
    }
    await settle();
    await look();
    const now = emitted.map(({ event }) => JSON.stringify(told(event)));
    see(
      "cart",
      "all events, looked at again",
      now.join("; ") === emitted.map(({ text }) => text).join("; "),
    );
    const later = figures.map(({ handedOut }) => shown(handedOut)).join("; ");
    see(
      "handedOut",
      "all figures, looked at again",
      later === figures.map(({ text }) => text).join("; "),
    );
    const [error] = [...unexpected, ...escaped.failures];
    if (unexpected.length + escaped.failures.length > 0) throw error;
    return seen;

    function openShop(at: number): Shop {
      const fast = new EventBus<ShopEvents>({
        onError: (error) => {
          if (REASONS.includes(error as Error)) heardOf += 1;
          else unexpected.push(error);
        },
      });
      const bus = day.slow[at] ? new SlowBus(fast) : fast;
      const early = day.habits[at]?.early;
      if (early) listen(bus, at);
      const shop: Shop = { bus, orders: [], notifications: [], analytics: [] };
      shop.orders.push(new make.orders(bus, { firstOrderId: firstOrderId(at) }));
      if (step >= 2) openNotifications(shop, at);
      if (step >= 4) shop.analytics.push(new make.analytics(bus));
      if (!early) listen(bus, at);
      return shop;
    }

    function openNotifications(shop: Shop, at: number): void {
      const service = services++;
      shop.notifications.push(
        new make.notifications(shop.bus, {
          sendEmail: (message) =>
            send({ kind: "email", shop: SHOPS[at] ?? "", message }, service),
          sendSms: (message) =>
            send({ kind: "sms", shop: SHOPS[at] ?? "", message }, service),
        }),
      );
    }

    /** What becomes of a message is decided by its order and attempt, whoever sends first. */
    function send(one: (typeof sent)[number], service: number): unknown {
      const text = Object.values(one.message).slice(1).join(" ");
      const [number = ""] = /(?<![\d.])(?:41|73)\d\d(?!\d|\.\d)/.exec(text) ?? [];
      const key = `${service} ${one.kind} ${number}`;
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      sent.push(one);
      const place = Number(number) + attempt;
      const outcome = day.sendings[place % day.sendings.length] ?? "arrives";
      const fails = outcome.startsWith("fails");
      const reason = REASONS[place % REASONS.length];
      if (fails) failed += 1;
      if (outcome === "arrives") return undefined;
      if (outcome === "fails at once") throw reason;
      if (outcome === "fails") return Promise.reject(reason);
      return new Promise<void>((resolve, reject) => {
        if (fails) failed -= 1;
        const settle = () => {
          if (fails) failed += 1;
          if (fails) reject(reason);
          else resolve();
        };
        onTheirWay.push({ fails, settle });
      });
    }

    /** Messages on their way arrive or fail: all, or only those that fail. */
    async function settle(onlyFailing = false): Promise<void> {
      for (const one of onTheirWay.splice(0)) {
        if (onlyFailing && !one.fails) onTheirWay.push(one);
        else one.settle();
      }
      await quiet();
    }

    /** Somebody hears of an order, and does something at once. */
    function listen(bus: Bus<ShopEvents>, at: number): void {
      const does = day.habits[at]?.does;
      bus.subscribe("order.created", ({ orderId }) => {
        const orders = active;
        if (!orders || does === "listens") return;
        if (does === "pays it" || does === "pays it twice") pay(orders, bus, orderId);
        if (does === "pays it twice") pay(orders, bus, orderId);
        if (!does?.startsWith("takes") || hasOrderedOnce[at]) return;
        hasOrderedOnce[at] = true;
        see(
          "nested",
          "an order in the middle gets number",
          orders.createOrder(PEOPLE[1] as never, [tea]),
        );
      });
    }

    function pay(orders: Orders, bus: Bus<ShopEvents>, orderId: number): void {
      const isPaid = bus.history.some(
        ({ name, data }) => name === "order.paid" && data.orderId === orderId,
      );
      if (day.careful && isPaid) return;
      const rule = isPaid ? "paidTwice" : "unknown";
      see(
        rule,
        `order ${orderId} is paid`,
        answer(() => orders.payOrder(orderId), orderId),
      );
    }

    function answer(action: () => unknown, orderId?: number): unknown {
      try {
        return action();
      } catch (error) {
        if (!(error instanceof make.refusal)) throw error;
        const isNamed = orderId === undefined || error.message.includes(String(orderId));
        return isNamed ? "refused" : `refused, without its number: ${error.message}`;
      }
    }

    function perform(command: Command): void {
      const { does, who, nth, odd } = command;
      const at = command.shop;
      const shop = shops[at] as Shop;
      const log = logs[at] as Map<string, ShopEvent>;
      const events = [...log.values()];
      const orders = shop.orders[nth % shop.orders.length] as Orders;
      const numbers = events.map(({ data }) => data.orderId);
      if (does === "order") {
        const cart = structuredClone(CARTS[command.cart] ?? { items: [] });
        const customer = { ...PEOPLE[who] } as (typeof PEOPLE)[number];
        active = orders;
        const number = answer(() => orders.createOrder(customer, cart.items));
        see(
          CARTS[command.cart]?.rule ?? "number",
          `${tell(command)}; the number`,
          number,
        );
        if (!odd) return;
        Object.assign(customer, PEOPLE[1 - who]);
        for (const item of cart.items)
          Object.assign(item, { quantity: 7, name: "piano" });
        cart.items.reverse().push({ ...tea });
      }
      if (does === "pay") {
        const paid = shop.bus.history.filter(({ name }) => name === "order.paid");
        const open = numbers.filter(
          (number) => !paid.some(({ data }) => data.orderId === number),
        );
        const known = day.careful ? open : [...new Set(numbers), 777];
        const orderId = known[nth % known.length];
        active = orders;
        if (orderId !== undefined) pay(orders, shop.bus, orderId);
      }
      if (does === "arrive" && shop.bus instanceof SlowBus) {
        active = orders;
        shop.bus.arrive(odd);
      }
      if (does === "post") settle();
      if (does === "stop notifications")
        shop.notifications[nth % shop.notifications.length]?.stop();
      if (does === "stop analytics") shop.analytics[nth % shop.analytics.length]?.stop();
      if (does === "open notifications") openNotifications(shop, at);
      if (does === "open analytics") shop.analytics.push(new make.analytics(shop.bus));
      if (does === "again") again(shop, events[nth % events.length], command.way);
      if (does === "elsewhere") {
        const orderId = Math.max(firstOrderId(at), ...numbers) + 1 + who;
        const data = {
          orderId,
          ...(PEOPLE[who] as (typeof PEOPLE)[number]),
          total: 90_00,
        };
        const said = {
          created: createEvent("order.created", { ...data, items: [tea] }),
          paid: createEvent("order.paid", data),
        };
        for (const word of saidElsewhere(command)) {
          log.set(said[word].id, said[word]);
          shop.bus.deliver(said[word]);
        }
      }
      // On a slow bus, two of them may give out the same number.
      if (does === "another" && !day.slow[at]) {
        const another = new make.orders(shop.bus, { firstOrderId: firstOrderId(at) });
        const { bus } = shop;
        for (const event of events) bus.deliver({ ...event, replayed: true });
        shop.orders.push(another);
      }
      if (does === "restart") {
        const past = replayed(nth % 2 ? [...events, ...events] : events);
        shops[at] = openShop(at);
        for (const event of odd ? past.reverse() : past) shops[at]?.bus.deliver(event);
      }
    }

    function again(shop: Shop, event: ShopEvent | undefined, way: Command["way"]): void {
      if (!event) return;
      if (way === "itself") shop.bus.deliver(event);
      else
        shop.bus.deliver(
          way === "as JSON" ? asJson(event) : { ...event, replayed: true },
        );
    }

    /** When all is quiet again, what has happened since the last look? */
    async function look(): Promise<void> {
      await quiet();
      await quiet();
      for (const [at, { bus, analytics }] of shops.entries()) {
        const place = SHOPS[at];
        const log = logs[at] as Map<string, ShopEvent>;
        for (const event of bus.history) {
          if (log.has(event.id)) continue;
          log.set(event.id, event);
          const text = JSON.stringify(told(event));
          emitted.push({ event, text });
          see(
            event.name === "order.created" ? "created" : "paid",
            `${place} emits`,
            text,
          );
        }
        see("created", `the number of events in ${place}`, bus.history.length);
        for (const [nth, service] of analytics.entries()) {
          const { orders, payments, revenue } = service.figures;
          const who = `analytics service ${nth + 1} of ${place}`;
          see("counted", `orders and payments of ${who}`, `${orders} and ${payments}`);
          // Beyond it, the order of the additions makes a difference.
          const isExact = revenue <= Number.MAX_SAFE_INTEGER;
          see("revenue", `revenue of ${who}`, isExact ? revenue : "very much");
          figures.push({ handedOut: service.figures, text: shown(service.figures) });
        }
      }
      const totals = new Map(
        logs.flatMap((log) =>
          [...log.values()].map(({ data }) => [String(data.orderId), data.total]),
        ),
      );
      const messages = sent.splice(0).map(({ kind, shop, message }) => {
        const numbers = namedIn(message, [...totals.keys()]);
        const amounts = numbers.map((number) => formatMoney(totals.get(number) ?? 0));
        return {
          kind,
          to: `${message.to} (${shop})`,
          names: [...numbers, ...namedIn(message, amounts)].join(" and ") || "no order",
        };
      });
      for (const kind of ["email", "sms"] as const) {
        const own = messages.filter((one) => one.kind === kind);
        const list = (texts: string[]) => texts.sort().join("; ") || "nobody";
        see(kind, `each ${kind} is sent to`, list(own.map(({ to }) => to)));
        see(
          kind === "email" ? "names" : "sms",
          `each ${kind} names`,
          list(own.map(({ names }) => names)),
        );
      }
      see(
        "emailFails",
        "failures of senders that the bus does not hear of",
        failed - heardOf,
      );
    }
  });
}

const firstOrderId = (shop: number) => (shop === 0 ? 4101 : 7301);

function shown({ orders, payments, revenue }: Analytics["figures"]): string {
  return `${orders}, ${payments}, ${revenue}`;
}

const ANSWER: Makers = {
  orders: OrderService,
  notifications: NotificationService,
  analytics: AnalyticsService,
  refusal: OrderError,
};
const MODEL: Makers = {
  orders: SlowOrders,
  notifications: SlowNotifications,
  analytics: SlowAnalytics,
  refusal: Refusal,
};

/** Registers the check that nothing goes wrong on any day of the steps up to this one. */
export function anyDay(step: number): void {
  const days: AnyDay<Day> = {
    day: daysOf(step),
    play: (day) => play(day, step, ANSWER),
    model: (day) => play(day, step, MODEL),
    story: storyOf,
    rule: ruleOf,
  };
  test(`step ${step} · on any day, all of this holds`, () => playDays(days, budget()));
}
