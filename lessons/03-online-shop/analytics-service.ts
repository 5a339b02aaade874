import type { Bus } from "#bus/contract";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { todo } from "#todo";

export interface Figures {
  /** How many orders were taken. */
  readonly orders: number;
  /** How many orders were paid. */
  readonly payments: number;
  /** What was paid, in kopiykas. */
  readonly revenue: number;
}

/** Counts orders and payments. All it knows, it knows from events. */
export class AnalyticsService {
  // Your fields go here: what must it remember to count an order once?

  constructor(bus: Bus<ShopEvents>) {
    // Step 7: count an event that comes twice once.
    todo(4, "subscribe to order.created and order.paid, and count");
  }

  /** The figures as they are now, in an object that does not change later. */
  get figures(): Figures {
    return todo(4, "return the figures so far");
  }

  /** Stops listening: the figures stay as they are. */
  stop(): void {
    todo(6, "end the subscriptions that the constructor made");
  }
}
