import type { Bus, EventOf, Listener } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";
import type { EmailSender } from "#lesson/02-events-and-listeners/email-sender.ts";
import type { Analytics } from "./analytics.ts";

export interface ShopListeners {
  emailSender: EmailSender;
  logger: Listener<ShopEvents, "#">;
  analytics: Analytics;
}

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
