import type { Bus } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/given/catalogue.ts";
import type { ShopListeners } from "#given/02-events-and-listeners/given/listeners.ts";

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
