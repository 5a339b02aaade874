import type { Bus } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/given/catalogue.ts";
import type { ShopListeners } from "#given/02-events-and-listeners/given/listeners.ts";
import { todo } from "#todo";

/** The one place that knows who listens to what. Returns a function that disconnects them all. */
export function connectListeners(
  bus: Bus<ShopEvents>,
  { emailSender, logger, analytics }: ShopListeners,
): () => void {
  todo(4, "subscribe every listener to the events that it is made for");
  return () => todo(5, "unsubscribe what was subscribed here, and nothing else");
}
