import type { Bus } from "#bus/contract";
import type {
  Customer,
  OrderCreated,
  OrderItem,
  ShopEvents,
} from "#given/03-online-shop/shop-events.ts";
import { todo } from "#todo";

/** The shop refuses a command, and says so in words. */
export class OrderError extends Error {
  override readonly name = "OrderError";
}

export interface OrderServiceOptions {
  /** The number of the first order, a whole number of 1 or more. Default: 1. */
  firstOrderId?: number;
}

/** Takes orders and payments, and tells the bus about each. */
export class OrderService {
  // Your fields go here: what must it remember of its orders?

  constructor(bus: Bus<ShopEvents>, options: OrderServiceOptions = {}) {
    // Step 5: refuse a firstOrderId that makes no sense.
    // Step 8: subscribe to order.created and order.paid, and learn from them.
    todo(1, "keep the bus, and the number of the first order");
  }

  /** Takes an order: emits `order.created`, and returns the number of the order. */
  createOrder(customer: Customer, items: readonly OrderItem[]): number {
    // Step 3: remember the order, for payOrder.
    // Step 5: refuse an order that makes no sense.
    return todo(1, "number the order, add up its total, emit order.created");
  }

  /** Takes the payment of an order: emits `order.paid`. */
  payOrder(orderId: number): void {
    // Step 5: refuse an order that is unknown, or that has been paid.
    todo(3, "emit order.paid, with what createOrder remembered of the order");
  }

  /** Stops listening to the bus. */
  stop(): void {
    todo(8, "end the subscriptions that the constructor made");
  }
}
