// The shop on any day: orders and payments that are taken or refused, events that come twice or in
// another order, and a restart in the middle. The figures must always be those of the log.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { EventOf } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { formatMoney } from "#given/02-events-and-listeners/money.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import {
  AnalyticsService,
  type Figures,
} from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderError, OrderService } from "#lesson/03-online-shop/order-service.ts";

type ShopEvent = EventOf<ShopEvents>;

const customer = { email: "ann@example.com", phone: "+380441234567" };
const item = fc.record({
  name: fc.string(),
  quantity: fc.integer({ min: 0, max: 9 }),
  price: fc.integer({ min: -1, max: 100_000 }),
});
const action = fc.oneof(
  fc.record({ items: fc.array(item, { maxLength: 4 }) }),
  fc.record({ pay: fc.integer({ min: 0, max: 12 }) }),
);
type Action =
  | { items: { name: string; quantity: number; price: number }[] }
  | { pay: number };
const actions: fc.Arbitrary<Action[]> = fc.array(action, { maxLength: 40 });

function attempt(orders: OrderService, action: Action): void {
  try {
    if ("pay" in action) orders.payOrder(action.pay);
    else orders.createOrder(customer, action.items);
  } catch (error) {
    if (!(error instanceof OrderError)) throw error;
  }
}

/** The figures as the log alone tells them. */
function figuresOf(log: readonly ShopEvent[]): Figures {
  const payments = log.filter(({ name }) => name === "order.paid");
  return {
    orders: log.length - payments.length,
    payments: payments.length,
    revenue: payments.reduce((sum, { data }) => sum + data.total, 0),
  };
}

function asJson(event: ShopEvent): ShopEvent {
  return JSON.parse(JSON.stringify({ ...event, replayed: true }));
}

test("any day · no number twice, no payment twice, none before its order", () => {
  fc.assert(
    fc.property(actions, (day) => {
      const bus = new EventBus<ShopEvents>();
      const orders = new OrderService(bus);
      for (const action of day) attempt(orders, action);
      const created = new Set<number>();
      const paid = new Set<number>();
      for (const { name, data } of bus.history) {
        const known = name === "order.created" ? created : paid;
        assert.equal(known.has(data.orderId), false);
        known.add(data.orderId);
        assert.equal(created.has(data.orderId), true);
      }
    }),
  );
});

test("any day · events twice and in any order give the figures of the log", () => {
  fc.assert(
    fc.property(actions, fc.infiniteStream(fc.nat()), (day, dice) => {
      const bus = new EventBus<ShopEvents>();
      const orders = new OrderService(bus);
      for (const action of day) attempt(orders, action);
      const twice = [...bus.history, ...bus.history]
        .map((event) => ({ event, place: dice.next().value }))
        .sort((one, other) => one.place - other.place);

      const tomorrow = new EventBus<ShopEvents>();
      const analytics = new AnalyticsService(tomorrow);
      for (const { event } of twice) tomorrow.deliver(asJson(event));
      assert.deepEqual(analytics.figures, figuresOf(bus.history));
    }),
  );
});

test("any day · a restart in the middle changes nothing but the moment", () => {
  fc.assert(
    fc.property(actions, actions, (morning, afternoon) => {
      const told = (restart: boolean) => {
        const bus = new EventBus<ShopEvents>();
        const before = new OrderService(bus);
        for (const action of morning) attempt(before, action);
        const log = [...bus.history];
        if (!restart) {
          for (const action of afternoon) attempt(before, action);
          return bus.history.map(({ name, data }) => ({ name, data }));
        }
        const next = new EventBus<ShopEvents>();
        const after = new OrderService(next);
        for (const event of log) next.deliver(asJson(event));
        for (const action of afternoon) attempt(after, action);
        return [...log, ...next.history].map(({ name, data }) => ({ name, data }));
      };
      assert.deepEqual(told(true), told(false));
    }),
  );
});

test("any day · one message for each event, however often it comes", async () => {
  await fc.assert(
    fc.asyncProperty(actions, fc.integer({ min: 1, max: 3 }), async (day, times) => {
      const bus = new EventBus<ShopEvents>();
      let sent = 0;
      const send = async () => {
        sent += 1;
      };
      new NotificationService(bus, { sendEmail: send, sendSms: send });
      const orders = new OrderService(bus);
      for (const action of day) attempt(orders, action);
      for (let time = 1; time < times; time++) {
        for (const event of bus.history) bus.deliver(event);
      }
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(sent, bus.history.length);
    }),
  );
});

test("money · what is printed is the amount, to the kopiyka", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (amount) => {
      const [hryvnias = "", kopiykas = ""] = formatMoney(amount)
        .replace(" UAH", "")
        .split(".");
      const digits = BigInt(hryvnias.replace("-", "")) * 100n + BigInt(kopiykas);
      assert.equal(digits, BigInt(Math.abs(amount)));
      assert.equal(hryvnias.startsWith("-"), amount < 0);
      assert.equal(kopiykas.length, 2);
    }),
  );
});
