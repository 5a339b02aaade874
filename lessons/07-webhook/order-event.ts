import {
  type OrderEvent,
  type OrderNews,
  type Status,
  statuses,
} from "#given/07-webhook/given/order-events.ts";
import { Problem } from "#given/07-webhook/given/problem.ts";
import { todo } from "#todo";

/** A body with more arrays and objects inside each other than this is refused. */
export const MAX_DEPTH = 20;

/**
 * Reads `{"order_id": 777, "status": "created"}`, and leaves out all other fields.
 *
 * @throws Problem with status 400 if the bytes are not JSON in UTF-8; with 422 if they are, but are
 *   not an order, or are nested too deeply
 */
export function readOrder(payload: Uint8Array): OrderNews {
  return todo(
    3,
    "parse the bytes, check the depth and each field, return the two fields",
  );
}

/**
 * The event of the news: `order.created` and the like, frozen.
 *
 * @param id that of the delivery: a redelivery brings the same event, not another one like it
 * @param timestamp when it came in, in ms since 1970-01-01 UTC
 */
export function toEvent(id: string, news: OrderNews, timestamp: number): OrderEvent {
  return todo(3, "return the event, frozen");
}

/** What is known of each order, in whatever order the news comes in. */
export class OrderBoard {
  // Your field goes here: what has to be kept of each order?

  /** Keeps the status, unless the same or a later one is known; returns whether it did. */
  note({ orderId, status }: OrderNews): boolean {
    return todo(4, "keep the status, unless the same or a later one is known");
  }

  /** The latest status of an order, if any is known. */
  statusOf(orderId: number): Status | undefined {
    return todo(4, "return the latest status of this order");
  }
}
