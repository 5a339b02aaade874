import { EventBus } from "#bus/event-bus";
import { QueuedBus } from "#bus/queued-bus";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { onErrorOf, startServices, type Transport } from "../shop.ts";

/** Lesson 4: the event waits until a worker has time for its listener. */
export const queue: Transport = {
  name: "queue",
  about: "the queue of lesson 4: a worker that tries again",
  promises: { keepsMessages: false, remembers: false },
  async open(around) {
    const inner = new EventBus<ShopEvents>();
    const bus = new QueuedBus(inner, {
      ...{ concurrency: 10, attempts: 3 },
      onError: onErrorOf(around),
    });
    const { desk, orders } = startServices(bus, around);
    return {
      ...desk,
      payOrder: async (orderId) => orders.payOrder(orderId),
      close: () => bus.flush(),
    };
  },
};
