import type { Bus, Unsubscribe } from "#bus/contract";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";

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
  readonly #subscriptions: readonly Unsubscribe[];
  readonly #ordered = new Set<number>();
  readonly #paid = new Set<number>();
  #revenue = 0;

  constructor(bus: Bus<ShopEvents>) {
    this.#subscriptions = [
      bus.subscribe("order.created", ({ orderId }) => this.#ordered.add(orderId)),
      bus.subscribe("order.paid", ({ orderId, total }) =>
        this.#countPayment(orderId, total),
      ),
    ];
  }

  /** The figures as they are now, in an object that does not change later. */
  get figures(): Figures {
    return {
      orders: this.#ordered.size,
      payments: this.#paid.size,
      revenue: this.#revenue,
    };
  }

  /** Stops listening: the figures stay as they are. */
  stop(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  #countPayment(orderId: number, total: number): void {
    if (this.#paid.has(orderId)) return;
    this.#paid.add(orderId);
    this.#revenue += total;
  }
}
