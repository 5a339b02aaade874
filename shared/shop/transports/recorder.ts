import { existsSync } from "node:fs";
import { join } from "node:path";
import { EventBus } from "#bus/event-bus";
import { RecordedBus } from "#bus/recorded-bus";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { onErrorOf, startServices, type Transport } from "../shop.ts";

/** Lesson 5: a function call to every listener, and a line in a file. */
export const recorder: Transport = {
  name: "recorder",
  about: "the recorder of lesson 5: also into a file",
  promises: { keepsMessages: false, remembers: true },
  async open(around) {
    const path = join(around.folder, "events.jsonl");
    const inner = new EventBus<ShopEvents>({ onError: onErrorOf(around) });
    const bus = new RecordedBus(inner, path, { fsync: true });
    const { desk, orders, gateway } = startServices(bus, around);
    if (existsSync(path)) await bus.replayFromFile(path);
    return {
      ...desk,
      async payOrder(orderId) {
        orders.payOrder(orderId);
        await bus.flush();
      },
      async close() {
        await gateway.idle();
        await bus.close();
      },
    };
  },
};
