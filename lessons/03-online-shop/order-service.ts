import type { Bus } from "#bus/contract";
import type {
  Customer,
  OrderCreated,
  OrderItem,
  ShopEvents,
} from "#given/03-online-shop/shop-events.ts";
import { todo } from "#todo";

/** The shop cannot do what it was asked to; the message is one sentence that says why. */
export class OrderError extends Error {
  override readonly name = "OrderError";
}

export interface OrderServiceOptions {
  /**
   * The number of the first order, a whole number, 1 or more. Default: 1. Processes that take
   * orders at the same time need ranges of their own.
   */
  firstOrderId?: number;
}

/** Takes orders and payments, and tells the bus about each. */
export class OrderService {
  readonly #bus: Bus<ShopEvents>;
  // More fields go here: what does the service have to remember of its orders?

  /** @throws RangeError if `firstOrderId` is not a whole number, 1 or more */
  constructor(bus: Bus<ShopEvents>, options: OrderServiceOptions = {}) {
    // Step 5: refuse a firstOrderId that cannot be.
    this.#bus = bus;
    bus.subscribe("order.created", (order, event) => {
      if (event.replayed) todo(8, "remember this order, as if it had been taken here");
    });
  }

  /**
   * Takes an order: emits `order.created`, and returns the number of the order.
   *
   * @throws OrderError if there are no items, or a quantity or price that cannot be
   */
  createOrder(customer: Customer, items: readonly OrderItem[]): number {
    if (items.length === 0) todo(5, "refuse an order that cannot be with an OrderError");
    // Step 3: remember what payOrder will need.
    return todo(1, "number the order, add up its total, emit order.created");
  }

  /**
   * Takes the payment of an order: emits `order.paid`.
   *
   * @throws OrderError if there is no such order, or if it has been paid already
   */
  payOrder(orderId: number): void {
    // Step 5: refuse an order that is unknown, or has been paid.
    todo(3, "emit order.paid, with what createOrder remembered of the order");
  }

  /** Stops listening to the bus. */
  stop(): void {
    todo(6, "unsubscribe whatever the constructor subscribed");
  }
}
