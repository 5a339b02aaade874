// Neither an import from "./order-service.ts" nor one of another service stands in this file.
import { BaseService } from "./base-service.ts";

type ShopBus = ConstructorParameters<typeof BaseService>[0];

export class Figures {
  readonly orders: number;
  readonly payments: number;
  readonly revenue: number;

  constructor(orders: number, payments: number, revenue: number) {
    this.orders = orders;
    this.payments = payments;
    this.revenue = revenue;
  }
}

export class AnalyticsService extends BaseService {
  readonly #ordered = new Set<number>();
  readonly #paid = new Map<number, number>();

  constructor(bus: ShopBus) {
    super(bus);
    this.keep(
      bus.subscribe("order.created", ({ orderId }) => this.#ordered.add(orderId)),
      bus.subscribe("order.paid", ({ orderId, total }) => this.#paid.set(orderId, total)),
    );
  }

  get figures(): Figures {
    const revenue = [...this.#paid.values()].reduce((sum, total) => sum + total, 0);
    return new Figures(this.#ordered.size, this.#paid.size, revenue);
  }
}
