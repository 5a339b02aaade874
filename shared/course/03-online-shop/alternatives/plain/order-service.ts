import type { Bus } from "#bus/contract";
import type {
  Customer,
  OrderCreated,
  OrderItem,
  OrderPaid,
  ShopEvents,
} from "#given/03-online-shop/shop-events.ts";

export class OrderError extends Error {}

export interface OrderServiceOptions {
  firstOrderId?: number;
}

/** Arrays, loops and arrow functions kept in fields. */
export class OrderService {
  private bus: Bus<ShopEvents>;
  private orders: OrderCreated[] = [];
  private payments: OrderPaid[] = [];
  private first: number;

  constructor(bus: Bus<ShopEvents>, options?: OrderServiceOptions) {
    this.first = options?.firstOrderId ?? 1;
    if (!Number.isInteger(this.first) || this.first < 1) {
      throw new RangeError(`Order numbers start at 1 or later, not at ${this.first}`);
    }
    this.bus = bus;
    bus.subscribe("order.created", this.onCreated);
    bus.subscribe("order.paid", this.onPaid);
  }

  createOrder(customer: Customer, items: readonly OrderItem[]): number {
    let total = 0;
    for (const item of items) {
      if (!Number.isInteger(item.quantity) || item.quantity < 1)
        throw new OrderError("bad quantity");
      if (!Number.isInteger(item.price) || item.price < 0)
        throw new OrderError("bad price");
      total += item.quantity * item.price;
    }
    if (items.length < 1) throw new OrderError("nothing ordered");
    if (total > Number.MAX_SAFE_INTEGER) throw new OrderError("too much");
    const taken = [...this.orders, ...this.payments].map((one) => one.orderId);
    const orderId = Math.max(this.first - 1, ...taken) + 1;
    const order = { orderId, ...customer, items: structuredClone(items), total };
    this.onCreated(order);
    this.bus.emit("order.created", order);
    return orderId;
  }

  payOrder(orderId: number): void {
    const order = this.orders.find((known) => known.orderId === orderId);
    if (order === undefined) throw new OrderError(`${orderId}? Never heard of it`);
    if (this.payments.some((known) => known.orderId === orderId))
      throw new OrderError(`${orderId}? Paid`);
    this.onPaid(order);
    this.bus.emit("order.paid", order);
  }

  stop(): void {
    this.bus.unsubscribe("order.created", this.onCreated);
    this.bus.unsubscribe("order.paid", this.onPaid);
  }

  private onCreated = (order: OrderCreated) => {
    this.orders.push(order);
  };

  private onPaid = (payment: OrderPaid) => {
    this.payments.push(payment);
  };
}
