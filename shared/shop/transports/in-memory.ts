import { EventBus } from "#bus/event-bus";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { onErrorOf, startServices, type Transport } from "../shop.ts";

/** Lesson 1: a method call to every listener. */
export const inMemory: Transport = {
  name: "in-memory",
  about: "the bus of lesson 1: a call to each listener",
  promises: { keepsMessages: false, remembers: false },
  async open(around) {
    const bus = new EventBus<ShopEvents>({ onError: onErrorOf(around) });
    const { desk, orders, gateway } = startServices(bus, around);
    return {
      ...desk,
      payOrder: async (orderId) => orders.payOrder(orderId),
      close: () => gateway.idle(),
    };
  },
};
