import type { Bus, EventOf } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/given/catalogue.ts";
import type { ShopListeners } from "#given/02-events-and-listeners/given/listeners.ts";

/** One subscription for everything, and a look at the name of each event. */
export function connectListeners(
  bus: Bus<ShopEvents>,
  { emailSender, logger, analytics }: ShopListeners,
): () => void {
  function route(_data: unknown, event: EventOf<ShopEvents>): unknown {
    logger(event.data, event);
    analytics.count(event.data, event);
    switch (event.name) {
      case "user.registered":
        return emailSender.welcome(event.data, event);
      case "user.deleted":
        return emailSender.sayGoodbye(event.data, event);
      case "order.created":
        return emailSender.confirmOrder(event.data, event);
    }
  }
  return bus.subscribe("#", route);
}
