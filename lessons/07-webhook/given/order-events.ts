import type { EventOf } from "#bus/contract";

// #region events
/** In the order in which an order goes through them. */
export const statuses = ["created", "paid", "shipped", "delivered", "cancelled"] as const;

export type Status = (typeof statuses)[number];

/** What the shop's partner tells about an order. */
export interface OrderNews {
  readonly orderId: number;
  readonly status: Status;
}

/** `order.created`, `order.paid`, and so on. */
export type OrderEvents = { [Each in Status as `order.${Each}`]: OrderNews };

/** Its id is the id of the delivery that brought it. */
export type OrderEvent = EventOf<OrderEvents>;
// #endregion
