import type { Bus, Listener } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";
import type { Analytics } from "./analytics.ts";
import type { EmailSender } from "./email-sender.ts";

export interface ShopListeners {
  emailSender: EmailSender;
  logger: Listener<ShopEvents, "#">;
  analytics: Analytics;
}

/** The one place that knows who listens to what. Returns a function that disconnects them all. */
export function connectListeners(
  bus: Bus<ShopEvents>,
  { emailSender, logger, analytics }: ShopListeners,
): () => void {
  const subscriptions = [
    bus.subscribe("#", logger),
    bus.subscribe("user.registered", emailSender.welcome),
    bus.subscribe("order.created", emailSender.confirmOrder),
    bus.subscribe("user.deleted", emailSender.sayGoodbye),
    bus.subscribe("#", analytics.count),
  ];
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}
