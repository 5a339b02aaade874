import type { Bus, EventOf } from "#bus/contract";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";

export interface Figures {
  readonly orders: number;
  readonly payments: number;
  readonly revenue: number;
}

/** Keeps the events by their ids, and counts when asked. */
export class AnalyticsService {
  readonly #events = new Map<string, EventOf<ShopEvents>>();
  readonly stop: () => void;

  constructor(bus: Bus<ShopEvents>) {
    this.stop = bus.subscribe("#", (_data, event) => this.#events.set(event.id, event));
  }

  get figures(): Figures {
    const events = [...this.#events.values()];
    const payments = events.filter(({ name }) => name === "order.paid");
    return {
      orders: events.length - payments.length,
      payments: payments.length,
      revenue: payments.reduce((sum, { data }) => sum + data.total, 0),
    };
  }
}
