/** Plays a day in two shops, and writes down what can be seen. */
import { catchEscaped, type Observation } from "#any-day";
import type { Bus } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { OrderItem, ShopEvents } from "#given/03-online-shop/shop-events.ts";
import {
  ann,
  answerOf,
  asJson,
  bob,
  clock,
  emittedOn,
  figuresOf,
  isPlainJson,
  rest,
  restartClock,
  type ShopEvent,
  SlowBus,
  tea,
  told,
} from "./desk.ts";
import { Mail } from "./mail.ts";
import { RULES, type Rule } from "./rules.ts";
import {
  again,
  firstOrderId,
  type Makers,
  numbersOn,
  type Orders,
  type Shop,
  saidOf,
  totalsOf,
} from "./shops.ts";
import {
  CARTS,
  type Command,
  type Day,
  FAR,
  isLow,
  PEOPLE,
  SHOPS,
  tell,
} from "./story.ts";

export function play(day: Day, step: number, make: Makers): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    restartClock();
    const seen: Observation[] = [];
    const see = (rule: Rule, what: string, value: unknown) =>
      seen.push({ rule: RULES[rule], what, value });
    /** Every event of a shop, in the order in which it was emitted. */
    const logs = SHOPS.map(() => new Map<string, ShopEvent>());
    /** What must not change once it was seen. */
    const kept: { rule: Rule; read: () => string; text: string }[] = [];
    const keep = (rule: Rule, read: () => string) => {
      const text = read();
      kept.push({ rule, read, text });
      return text;
    };
    const mail = new Mail(day.sendings);
    /** What changes after an order is used for the next one that does. */
    const [form, basket] = [{ ...ann }, [] as OrderItem[]];
    /** The order service that acts now, if one does. */
    let active: Orders | undefined;
    const shops = SHOPS.map((_, at) => openShop(at));

    for (const [at, command] of day.commands.entries()) {
      // Whether a second delivery of a message that then fails tries again itself is left open.
      if (command.does === "again" || command.does === "arrive") await mail.settle(true);
      if (command.does === "again" && command.way === "replayed") arrive(command);
      perform(command);
      active = undefined;
      const next = day.commands[at + 1];
      if (!next?.odd || !next.does.startsWith("stop")) await look();
    }
    await mail.settle();
    await look();
    for (const { rule, read, text } of kept)
      if (read() !== text) see(rule, "what was seen has become", read());
    see("fails", "failures that nobody handles", escaped.failures.length);
    const failures = [...escaped.failures, ...(mail.untold < 0 ? mail.heardOf : [])];
    const strange = failures.filter((failure) => mail.isStrange(failure));
    if (strange.length > 0) throw strange[0];
    return seen;

    function openShop(at: number): Shop {
      const fast = new EventBus<ShopEvents>({
        clock,
        onError: (error) => mail.heardOf.push(error),
      });
      const bus = day.buses[at] === "slow" ? new SlowBus(fast) : fast;
      const early = day.habits[at]?.early;
      const openOrders = () => new make.orders(bus, { firstOrderId: firstOrderId(at) });
      if (early) listen(bus, at);
      const others = { notifications: [], analytics: [], past: new Set<string>() };
      const shop: Shop = { bus, orders: [openOrders()], ...others };
      if (step >= 2) openNotifications(shop, at);
      if (step >= 4) shop.analytics.push(new make.analytics(bus));
      if (!early) listen(bus, at);
      if (day.buses[at] === "shared") shop.orders.push(openOrders());
      return shop;
    }

    function openNotifications({ bus, notifications }: Shop, at: number): void {
      const senders = mail.sendersFor(SHOPS[at] ?? "");
      notifications.push(new make.notifications(bus, senders));
    }

    /** Somebody hears of an order or a payment, and does something at once. */
    function listen(bus: Bus<ShopEvents>, at: number): void {
      const { does, early } = day.habits[at] as Day["habits"][number];
      let deep = 0;
      bus.subscribe("#", ({ orderId }, { name }) => {
        if (!active || deep > 1) return;
        deep += 1;
        const isOrder = name === "order.created";
        if (does.startsWith("takes") && isOrder !== does.endsWith("paid")) {
          // Whoever was there before the order services hears of an order before they all know it.
          const orders = early ? active : (shops[at]?.orders[0] as Orders);
          const number = orders.createOrder(bob, [tea]);
          see("nested", "an order in the middle gets number", number);
        }
        if (does.startsWith("pays it") && isOrder) pay(active, bus, orderId);
        if (does === "pays it twice" && !isOrder) pay(active, bus, orderId);
        const next = openOn(bus)[0];
        if (does.startsWith("pays one more") && !isOrder && next !== undefined)
          pay(active, bus, next);
        deep -= 1;
      });
    }

    function openOn(bus: Bus<ShopEvents>): number[] {
      const paid = numbersOn(bus, "order.paid");
      return numbersOn(bus, "order.created").filter((one) => !paid.includes(one));
    }

    function pay(orders: Orders, bus: Bus<ShopEvents>, orderId: number): void {
      const isPaid = numbersOn(bus, "order.paid").includes(orderId);
      const isKnown = numbersOn(bus, "order.created").includes(orderId);
      if (step < 5 && isPaid) return;
      const take = () => void orders.payOrder(orderId);
      const answer = answerOf(make.refusal, take, orderId);
      const rule = isPaid ? "paidTwice" : isKnown ? "paid" : "unknown";
      see(rule, `a payment of order ${orderId}`, answer);
    }

    function perform(command: Command): void {
      const { does, who, nth, odd } = command;
      const at = command.shop;
      const shop = shops[at] as Shop;
      const log = logs[at] as Map<string, ShopEvent>;
      const events = [...log.values()];
      const orders = shop.orders[nth % shop.orders.length] as Orders;
      const numbers = events.map(({ data }) => data.orderId);
      const lastNumber = Math.max(firstOrderId(at) - 1, ...numbers);
      if (does === "order") {
        const cart = odd ? basket : [];
        const { items = [] } = CARTS[command.cart] ?? {};
        const filled = items.map((one, nth) => Object.assign(cart[nth] ?? {}, one));
        cart.splice(0, cart.length, ...filled);
        const customer = Object.assign(odd ? form : { ...ann }, PEOPLE[who]);
        active = orders;
        const take = () => orders.createOrder(customer, cart);
        const rule = (step > 4 && CARTS[command.cart]?.rule) || "number";
        see(rule, `${tell(command)}; the number`, answerOf(make.refusal, take));
        see("cart", "customer and cart after", JSON.stringify([customer, cart]));
        for (const one of emittedOn(shop.bus)) keep("cart", () => JSON.stringify(one));
        if (!odd) return;
        Object.assign(customer, PEOPLE[who === 0 ? 1 : 0]);
        for (const item of cart) Object.assign(item, { quantity: 7, name: "piano" });
        cart.reverse().push({ ...tea });
      }
      if (does === "pay") {
        const paid = numbersOn(shop.bus, "order.paid");
        const open = [...new Set(numbers)].filter((one) => !paid.includes(one));
        const known =
          step < 5 ? open : [...open, ...paid, lastNumber + 1, firstOrderId(at) - 1.5];
        const orderId = known[nth % known.length];
        active = orders;
        if (orderId !== undefined) pay(orders, shop.bus, orderId);
      }
      if (does === "arrive") arrive(command);
      if (does === "post") mail.settle();
      if (does === "stop notifications")
        shop.notifications[nth % shop.notifications.length]?.stop();
      if (does === "stop analytics") shop.analytics[nth % shop.analytics.length]?.stop();
      if (does === "open notifications") openNotifications(shop, at);
      if (does === "open analytics") shop.analytics.push(new make.analytics(shop.bus));
      const event = events[nth % events.length];
      if (does === "again" && event) again(shop, event, command.way);
      if (does === "elsewhere") {
        const lowest = Math.min(firstOrderId(at), ...numbers);
        const orderId = isLow(command)
          ? lowest - 1 - who
          : lastNumber + (odd ? FAR : 2) + who;
        for (const event of saidOf(command, orderId)) {
          log.set(event.id, event);
          shop.bus.deliver(event);
        }
      }
      if (does === "restart") {
        const all = nth % 2 ? [...events, ...events] : events;
        const past = all.map((event) => asJson({ ...event, replayed: true }));
        const reopened = openShop(at);
        shops[at] = reopened;
        for (const event of odd ? past.reverse() : past) again(reopened, event, "itself");
      }
    }

    /** What is on its way must arrive as news before somebody replays it. */
    function arrive({ shop, odd }: Command): void {
      const { bus, orders } = shops[shop] as Shop;
      active = orders[0];
      if (bus instanceof SlowBus) bus.arrive(odd);
    }

    /** When all is quiet again, what has happened since the last look? */
    async function look(): Promise<void> {
      await rest();
      for (const [at, { bus, analytics }] of shops.entries()) {
        const place = SHOPS[at];
        const log = logs[at] as Map<string, ShopEvent>;
        for (const event of emittedOn(bus)) {
          if (log.has(event.id)) continue;
          log.set(event.id, event);
          const rule = event.name === "order.created" ? "created" : "paid";
          see(rule, `${place} emits`, JSON.stringify(told(asJson(event))));
          see("json", "its data is plain JSON", isPlainJson(event.data));
        }
        see("created", `the number of events in ${place}`, emittedOn(bus).length);
        for (const [nth, service] of analytics.entries()) {
          const { figures } = service;
          const { orders, payments, revenue } = figures;
          const who = `analytics service ${nth + 1} of ${place}`;
          see("counted", `orders and payments of ${who}`, `${orders} and ${payments}`);
          // Beyond it, the order of the additions makes a difference.
          const isExact = revenue <= Number.MAX_SAFE_INTEGER;
          see("counted", `revenue of ${who}`, isExact ? revenue : "very much");
          keep("handedOut", () => JSON.stringify(figuresOf({ figures })));
        }
      }
      for (const { kind, to, names } of mail.look(totalsOf(logs))) {
        see(kind, `each ${kind} is sent to`, to);
        see(kind === "email" ? "names" : "sms", `each ${kind} names`, names);
      }
      see("fails", "failures of senders that the bus does not hear of", mail.untold);
    }
  });
}
