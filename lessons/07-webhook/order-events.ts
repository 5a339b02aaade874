import type { EventOf } from "#bus/contract";

// #region events
/**
 * In the order in which an order goes through them. Such a rank fails where an order can go back or
 * two ways: here `cancelled` beats `delivered`, even if it is the older news. If the sender tells a
 * version number or the time of the change, compare that instead.
 */
export const statuses = ["created", "paid", "shipped", "delivered", "cancelled"] as const;

export type Status = (typeof statuses)[number];

/** What the shop's partner tells of an order. */
export interface OrderNews {
  readonly orderId: number;
  readonly status: Status;
}

/** `order.created`, `order.paid`, and so on. */
export type OrderEvents = { [Each in Status as `order.${Each}`]: OrderNews };

/** Its id is the id of the delivery that brought it. */
export type OrderEvent = EventOf<OrderEvents>;
// #endregion
