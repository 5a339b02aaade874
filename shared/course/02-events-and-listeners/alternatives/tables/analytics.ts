import type { EventOf } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/given/catalogue.ts";
import type { Analytics } from "#given/02-events-and-listeners/given/listeners.ts";

/** Keeps the events by id, and works the figures out when somebody asks. */
export function createAnalytics(): Analytics {
  const events = new Map<string, EventOf<ShopEvents>>();
  const named = (name: string) => [...events.values()].filter((one) => one.name === name);
  return {
    count: (_data, event) => events.set(event.id, event),
    figures: () => ({
      users: named("user.registered").length - named("user.deleted").length,
      orders: named("order.created").length,
      turnover: named("order.created").reduce(
        (sum, { data }) => sum + ("total" in data ? data.total : 0),
        0,
      ),
    }),
  };
}
