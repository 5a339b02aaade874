import type { Bus } from "#bus/contract";
import type {
  OrderCreated,
  OrderPaid,
  ShopEvents,
} from "#given/03-online-shop/shop-events.ts";

export interface Figures {
  orders: number;
  payments: number;
  revenue: number;
}

/** Keeps every payment by its order, and adds up when asked. */
export class AnalyticsService {
  private orders: number[] = [];
  private payments: { [orderId: string]: number } = {};
  private bus: Bus<ShopEvents>;

  constructor(bus: Bus<ShopEvents>) {
    this.bus = bus;
    this.bus.subscribe("order.created", this.onCreated);
    this.bus.subscribe("order.paid", this.onPaid);
  }

  get figures(): Figures {
    let revenue = 0;
    for (const orderId in this.payments) revenue += this.payments[orderId] ?? 0;
    return {
      orders: this.orders.length,
      payments: Object.keys(this.payments).length,
      revenue,
    };
  }

  stop(): void {
    this.bus.unsubscribe("order.created", this.onCreated);
    this.bus.unsubscribe("order.paid", this.onPaid);
  }

  private onCreated = (order: OrderCreated) => {
    if (!this.orders.includes(order.orderId)) this.orders.push(order.orderId);
  };

  private onPaid = (payment: OrderPaid) => {
    this.payments[payment.orderId] = payment.total;
  };
}
