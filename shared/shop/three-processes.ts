import type { StoringBus } from "#bus/contract";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { OrderService } from "#shop/order-service.ts";
import { ServiceProcess } from "./service-process.ts";
import type { OpenShop, Surroundings } from "./shop.ts";

/** A service's way to the others: a bus over a connection of its own. */
export interface OpenBus {
  bus: StoringBus<ShopEvents>;
  /** Resolves when what was subscribed to is heard. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the shop over a server: the orders here, notifications and analytics in processes of their
 * own.
 *
 * @param file what runs there
 */
export async function openThreeProcesses(
  around: Surroundings,
  file: string,
  openBus: (around: Surroundings, service: "orders") => Promise<OpenBus>,
): Promise<OpenShop> {
  const [notifications, analytics] = await Promise.all([
    ServiceProcess.start(file, around, "notifications"),
    ServiceProcess.start(file, around, "analytics"),
  ]);
  const { bus, listen, close } = await openBus(around, "orders");
  const orders = new OrderService(bus);
  await listen();
  return {
    createOrder: (customer, items) => orders.createOrder(customer, items),
    async payOrder(orderId) {
      orders.payOrder(orderId);
      await bus.flush();
    },
    figures: () => analytics.figures(),
    async close() {
      await close();
      await Promise.all([notifications.close(), analytics.close()]);
    },
  };
}

/** The server that such a shop was given. */
export function urlOf({ brokerUrl }: Surroundings): string {
  if (brokerUrl === undefined) throw new Error("This shop needs a server.");
  return brokerUrl;
}
