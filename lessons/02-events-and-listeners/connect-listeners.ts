import type { Bus, Listener } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";
import { todo } from "#todo";
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
  todo(5, "subscribe every listener to the events that it is made for");
  return () => todo(6, "unsubscribe what was subscribed here, and nothing else");
}
