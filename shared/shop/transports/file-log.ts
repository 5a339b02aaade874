import { join } from "node:path";
import { FileBus } from "#bus/file-bus";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { SegmentedLog } from "#given/08-kafka-on-files/further/segmented-log.ts";
import { onErrorOf, startServices, type Transport } from "../shop.ts";

/** Lesson 8: first into the log, and from there to the listeners. */
export const fileLog: Transport = {
  name: "file-log",
  about: "the log of lesson 8: stored first, then told",
  promises: { keepsMessages: false, remembers: true },
  async open(around) {
    const log = new SegmentedLog(join(around.folder, "events-0.log"), {
      durability: "fsync",
    });
    const bus = new FileBus<ShopEvents>(log, { onError: onErrorOf(around) });
    const { desk, orders, gateway } = startServices(bus, around);
    bus.replay();
    return {
      ...desk,
      async payOrder(orderId) {
        orders.payOrder(orderId);
        await bus.flush();
      },
      async close() {
        await bus.flush();
        await gateway.idle();
        await log.close();
      },
    };
  },
};
