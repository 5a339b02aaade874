/**
 * What happens in the shop, and what each event carries. An event tells all that its listeners
 * need, as plain JSON, so that nobody has to ask the order service anything: not today, not in
 * another process, and not in a year, when the event is read from a file.
 *
 * Money is counted in kopiykas (100 to the hryvnia), always as whole numbers.
 */
export interface ShopEvents {
  "order.created": OrderCreated;
  "order.paid": OrderPaid;
}

// #region created
/** A customer has ordered something. */
export interface OrderCreated {
  readonly orderId: number;
  readonly email: string;
  /** In the international form: `+380441234567`. */
  readonly phone: string;
  readonly items: readonly OrderItem[];
  /** What all items cost together, in kopiykas. */
  readonly total: number;
}
// #endregion

/** The money for an order has arrived. */
export interface OrderPaid {
  readonly orderId: number;
  readonly email: string;
  /** In the international form: `+380441234567`. */
  readonly phone: string;
  /** What was paid, in kopiykas. */
  readonly total: number;
}

export interface OrderItem {
  readonly name: string;
  /** How many, 1 or more. */
  readonly quantity: number;
  /** What one of them costs, in kopiykas. */
  readonly price: number;
}

/** Whoever orders, and how to reach them: neither is empty. */
export interface Customer {
  readonly email: string;
  /** In the international form: `+380441234567`. */
  readonly phone: string;
}
