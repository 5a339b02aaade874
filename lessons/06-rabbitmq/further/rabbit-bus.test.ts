import assert from "node:assert/strict";
import type { BusEvent } from "#bus/contract";
import { connectBroker } from "#bus/rabbit-broker";
import { RabbitBus, type RabbitBusOptions } from "#bus/rabbit-bus";
import { deadLetterQueueOf } from "#bus/rabbit-contract";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { AnalyticsService } from "#shop/analytics-service.ts";
import { NotificationService } from "#shop/notification-service.ts";
import { OrderService } from "#shop/order-service.ts";
import { brokerTest } from "./broker-test.ts";
import { type Desk, findTestBroker, gate, soon, turn, until } from "./test-desk.ts";

await findTestBroker();

/** Runs `use` with a maker of buses, each over a connection of its own, as if in its own process. */
async function withBuses(
  desk: Desk,
  use: (newBus: (options: Partial<RabbitBusOptions>) => Promise<Opened>) => Promise<void>,
): Promise<void> {
  const opened: Opened[] = [];
  try {
    await use(async (options) => {
      const broker = await connectBroker(desk.url, { onLost: () => {} });
      const service = `${desk.exchange}.${options.service ?? "shop"}`;
      const bus = new RabbitBus<ShopEvents>(broker, {
        ...options,
        ...{ service, exchange: desk.exchange },
      });
      const one = {
        bus,
        service,
        async end() {
          await bus.close();
          await broker.close();
        },
      };
      opened.push(one);
      return one;
    });
  } finally {
    for (const { end } of opened) await end().catch(() => {});
  }
}

interface Opened {
  bus: RabbitBus<ShopEvents>;
  service: string;
  end(): Promise<void>;
}

const customer = { email: "ann@example.com", phone: "+380441234567" };
const items = [{ name: "tea", quantity: 2, price: 100_00 }];
const paid = { orderId: 1, ...customer, total: 200_00 };

/** Removes the queues that the listeners of a service have left behind. */
async function removeQueues(desk: Desk, service: string, ...patterns: string[]) {
  for (const pattern of patterns) {
    const queue = `${service}.${pattern}.1`;
    await desk.deleteQueue(queue);
    await desk.deleteQueue(deadLetterQueueOf(queue));
  }
}

brokerTest("the shop of lesson 3, untouched, runs across processes", async (desk) => {
  await withBuses(desk, async (newBus) => {
    const orders = await newBus({ service: "orders" });
    const notifications = await newBus({ service: "notifications" });
    const analytics = await newBus({ service: "analytics" });
    const sent: string[] = [];
    const orderService = new OrderService(orders.bus);
    const notificationService = new NotificationService(notifications.bus, {
      sendEmail: async ({ to }) => sent.push(`email to ${to}`),
      sendSms: async ({ to }) => sent.push(`SMS to ${to}`),
    });
    const analyticsService = new AnalyticsService(analytics.bus);
    for (const { bus } of [orders, notifications, analytics]) await bus.flush();

    const orderId = orderService.createOrder(customer, items);
    orderService.payOrder(orderId);
    await orders.bus.flush();
    await until(() => sent.length === 2, "both messages are sent");
    // Two queues, so the payment may be heard first.
    const counted = () => Object.values(analyticsService.figures).every((one) => one > 0);
    await until(counted, "the order and its payment are counted");
    assert.deepEqual(sent.sort(), ["SMS to +380441234567", "email to ann@example.com"]);
    assert.deepEqual(analyticsService.figures, {
      orders: 1,
      payments: 1,
      revenue: 200_00,
    });
    assert.deepEqual(
      [orders, notifications].map(({ bus }) => bus.history.length),
      [2, 0],
    );
    for (const service of [orderService, notificationService, analyticsService]) {
      service.stop();
    }
    for (const { bus } of [orders, notifications, analytics]) await bus.flush();
  });
});

brokerTest(
  "an event arrives as it was emitted: id, name, data and time",
  async (desk) => {
    await withBuses(desk, async (newBus) => {
      const here = await newBus({ service: "here", clock: () => 1_000 });
      const there = await newBus({ service: "there" });
      const heard: BusEvent[] = [];
      const stop = there.bus.subscribe("order.*", (_data, event) => heard.push(event));
      await there.bus.flush();
      const event = here.bus.emit("order.paid", paid);
      await until(() => heard.length > 0, "the event arrives");
      assert.deepEqual(heard, [event]);
      stop();
      await there.bus.flush();
    });
  },
);

brokerTest("what is emitted right after a subscription is heard", async (desk) => {
  await withBuses(desk, async (newBus) => {
    const { bus } = await newBus({});
    const heard: string[] = [];
    const stop = bus.subscribe("order.paid", (_data, { name }) => heard.push(name));
    bus.emit("order.paid", paid);
    await until(() => heard.length > 0, "the event arrives");
    stop();
    await bus.flush();
  });
});

brokerTest(
  "while a service is away, its queue collects; when it is back, it hears",
  async (desk) => {
    await withBuses(desk, async (newBus) => {
      const heard: number[] = [];
      const listen = ({ orderId }: { orderId: number }) => heard.push(orderId);
      const before = await newBus({ service: "analytics" });
      before.bus.subscribe("order.paid", listen);
      await before.bus.flush();
      await before.end();

      const shop = await newBus({ service: "orders" });
      shop.bus.emit("order.paid", { ...paid, orderId: 15 });
      await shop.bus.flush();

      const after = await newBus({ service: "analytics" });
      const stop = after.bus.subscribe("order.paid", listen);
      await until(() => heard.length > 0, "the event was kept");
      assert.deepEqual(heard, [15]);
      stop();
      await after.bus.flush();
    });
  },
);

brokerTest(
  "two copies of one service share the events, and each is handled once",
  async (desk) => {
    await withBuses(desk, async (newBus) => {
      const heard: [string, number][] = [];
      const stops: (() => unknown)[] = [];
      const copies = [
        await newBus({ service: "email" }),
        await newBus({ service: "email" }),
      ];
      for (const [index, { bus }] of copies.entries()) {
        stops.push(
          bus.subscribe("order.paid", async ({ orderId }) => {
            heard.push([`copy ${index + 1}`, orderId]);
            await turn();
          }),
        );
        await bus.flush();
      }
      for (let orderId = 1; orderId <= 20; orderId++) {
        copies[0]?.bus.emit("order.paid", { ...paid, orderId });
      }
      await until(() => heard.length >= 20, "all twenty are heard");
      assert.equal(new Set(heard.map(([, orderId]) => orderId)).size, 20);
      assert.deepEqual([...new Set(heard.map(([copy]) => copy))].sort(), [
        "copy 1",
        "copy 2",
      ]);
      for (const [index, { bus }] of copies.entries()) {
        stops[index]?.();
        await bus.flush();
      }
    });
  },
);

brokerTest(
  "a listener that fails is told to onError and holds up no other",
  async (desk) => {
    await withBuses(desk, async (newBus) => {
      const failures: string[] = [];
      const { bus, service } = await newBus({
        onError: (error, event, pattern) =>
          failures.push(`${pattern} at ${event.name}: ${(error as Error).message}`),
      });
      const heard: string[] = [];
      bus.subscribe("order.paid", async () => {
        throw new Error("printer on fire");
      });
      const stop = bus.subscribe("order.#", (_data, { name }) => heard.push(name));
      bus.emit("order.paid", paid);
      await until(() => heard.length > 0 && failures.length > 0, "both have been called");
      assert.deepEqual(failures, ["order.paid at order.paid: printer on fire"]);
      const dead = deadLetterQueueOf(`${service}.order.paid.1`);
      await until(async () => (await desk.waiting(dead)) === 1, "a dead letter arrives");
      stop();
      await bus.close();
      await removeQueues(desk, service, "order.paid");
    });
  },
);

brokerTest(
  "unsubscribe ends the subscription, close waits for what is in hand",
  async (desk) => {
    await withBuses(desk, async (newBus) => {
      const { bus, service } = await newBus({});
      const heard: string[] = [];
      const listener = () => heard.push("first");
      bus.subscribe("order.paid", listener);
      const removed = [bus.unsubscribe("order.paid", listener)];
      removed.push(bus.unsubscribe("order.paid", listener));
      const done = gate();
      bus.subscribe("order.created", async () => {
        heard.push("begun");
        await done.opened;
        heard.push("done");
      });
      bus.emit("order.paid", paid);
      bus.emit("order.created", { orderId: 1, ...customer, items, total: 1 });
      await until(() => heard.length > 0, "the work begins");
      const closing = bus.close();
      done.open();
      await soon(closing, "close resolves");
      assert.deepEqual(removed, [true, false]);
      assert.deepEqual(heard, ["begun", "done"]);
      await removeQueues(desk, service, "order.created");
    });
  },
);

brokerTest(
  "deliver calls the listeners of this process, without the broker",
  async (desk) => {
    await withBuses(desk, async (newBus) => {
      const { bus } = await newBus({});
      const heard: BusEvent[] = [];
      const stop = bus.subscribe("order.paid", (_data, event) => heard.push(event));
      const event = { id: "old", name: "order.paid", data: paid, timestamp: 1 } as const;
      bus.deliver({ ...event, replayed: true });
      assert.deepEqual(heard, [{ ...event, replayed: true }]);
      assert.deepEqual(bus.history, []);
      stop();
      await bus.flush();
    });
  },
);

brokerTest("bad input is refused at once", async (desk) => {
  await withBuses(desk, async (newBus) => {
    const { bus } = await newBus({});
    assert.throws(
      () => bus.subscribe("order.paid", 7 as unknown as () => void),
      TypeError,
    );
    assert.throws(() => bus.emit("order.*" as "order.paid", paid), TypeError);
    const broker = await connectBroker(desk.url);
    assert.throws(() => new RabbitBus(broker, { service: "" }), TypeError);
    await broker.close();
  });
});

brokerTest("flush rejects when the broker could not take an event", async (desk) => {
  await withBuses(desk, async (newBus) => {
    const failures: string[] = [];
    const { bus } = await newBus({ onError: (_error, { name }) => failures.push(name) });
    await bus.flush();
    await desk.ask((channel) => channel.deleteExchange(desk.exchange));
    bus.emit("order.paid", paid);
    await assert.rejects(bus.flush(), Error);
    assert.deepEqual(failures, ["order.paid"]);
    await bus.flush();
  });
});
