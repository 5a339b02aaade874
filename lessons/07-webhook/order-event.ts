import {
  type OrderEvent,
  type OrderNews,
  type Status,
  statuses,
} from "#given/07-webhook/order-events.ts";
import { Problem } from "#given/07-webhook/problem.ts";
import { todo } from "#todo";

/**
 * Reads `{"order_id": 777, "status": "created"}`. Fields that it does not know it leaves out.
 *
 * @throws Problem with status 400 if the bytes are no JSON in UTF-8; with 422 if they are, but are no
 *   order: `order_id` is a whole number, 1 or more, and safe; `status` one that we know
 */
export function readOrder(payload: Uint8Array): OrderNews {
  return todo(4, "parse the bytes, look at each field, return what you have looked at");
}

/**
 * The event that tells the news: `order.created` and the like, frozen.
 *
 * @param id that of the delivery: a redelivery brings the same event, not another one like it
 * @param timestamp when it came in, in ms since 1970-01-01 UTC
 */
export function toEvent(id: string, news: OrderNews, timestamp: number): OrderEvent {
  return todo(4, "return the event, frozen");
}

/** What is known of each order, however mixed up the news came in. */
export class OrderBoard {
  // Your field goes here: what has to be kept of each order?

  /**
   * Takes note of the news, unless it is known already or something later is; returns whether it
   * did. What is later, the order of `statuses` says.
   */
  note({ orderId, status }: OrderNews): boolean {
    return todo(5, "keep the status, unless one that is as late or later is known");
  }

  /** The latest status of an order, if any is known. */
  statusOf(orderId: number): Status | undefined {
    return todo(5, "return the latest status of this order");
  }
}
