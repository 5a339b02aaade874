import type { Bus, Unsubscribe } from "#bus/contract";
import type {
  Customer,
  OrderCreated,
  OrderItem,
  ShopEvents,
} from "#given/03-online-shop/shop-events.ts";

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
  readonly #bus: Bus<ShopEvents>;
  readonly #orders = new Map<number, OrderCreated>();
  readonly #paid = new Set<number>();
  readonly #subscriptions: readonly Unsubscribe[];
  #nextOrderId: number;

  /** @throws RangeError if `firstOrderId` is not a whole number of 1 or more */
  constructor(bus: Bus<ShopEvents>, options: OrderServiceOptions = {}) {
    const { firstOrderId = 1 } = options;
    if (!isWhole(firstOrderId, 1)) {
      throw new RangeError(
        `firstOrderId must be a whole number of 1 or more; got ${firstOrderId}.`,
      );
    }
    this.#bus = bus;
    this.#nextOrderId = firstOrderId;
    this.#subscriptions = [
      bus.subscribe("order.created", (order) => this.#rememberOrder(order)),
      bus.subscribe("order.paid", ({ orderId }) => this.#rememberPayment(orderId)),
    ];
  }

  /**
   * Takes an order: emits `order.created`, and returns the number of the order.
   *
   * @throws OrderError if there are no items, or if a quantity, a price or the total is refused
   */
  createOrder(customer: Customer, items: readonly OrderItem[]): number {
    check(items);
    const order: OrderCreated = {
      orderId: this.#nextOrderId,
      email: customer.email,
      phone: customer.phone,
      items: items.map(({ name, quantity, price }) => ({ name, quantity, price })),
      total: totalOf(items),
    };
    // First remember, then emit: a listener may pay at once.
    this.#rememberOrder(order);
    this.#bus.emit("order.created", order);
    return order.orderId;
  }

  /**
   * Takes the payment of an order: emits `order.paid`.
   *
   * @throws OrderError if there is no such order, or if it has been paid already
   */
  payOrder(orderId: number): void {
    const order = this.#orders.get(orderId);
    if (!order) throw new OrderError(`There is no order ${orderId}.`);
    if (this.#paid.has(orderId)) {
      throw new OrderError(`Order ${orderId} has been paid already.`);
    }
    this.#rememberPayment(orderId);
    const { email, phone, total } = order;
    this.#bus.emit("order.paid", { orderId, email, phone, total });
  }

  /** Stops listening to the bus. */
  stop(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  #rememberOrder(order: OrderCreated): void {
    this.#orders.set(order.orderId, order);
    this.#rememberNumber(order.orderId);
  }

  #rememberPayment(orderId: number): void {
    this.#paid.add(orderId);
    this.#rememberNumber(orderId);
  }

  #rememberNumber(orderId: number): void {
    this.#nextOrderId = Math.max(this.#nextOrderId, orderId + 1);
  }
}

/** @throws OrderError for the first thing that makes no sense */
function check(items: readonly OrderItem[]): void {
  if (items.length === 0) throw new OrderError("An order needs at least one item.");
  for (const { name, quantity, price } of items) {
    if (!isWhole(quantity, 1)) {
      throw new OrderError(
        `The quantity of ${name} must be a whole number of 1 or more; got ${quantity}.`,
      );
    }
    if (!isWhole(price, 0)) {
      throw new OrderError(
        `The price of ${name} must be in whole kopiykas, 0 or more; got ${price}.`,
      );
    }
  }
  if (!Number.isSafeInteger(totalOf(items))) {
    throw new OrderError("The total of this order is too large to be exact.");
  }
}

/** What all items cost together, in kopiykas. */
function totalOf(items: readonly OrderItem[]): number {
  return items.reduce((total, { quantity, price }) => total + quantity * price, 0);
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}
