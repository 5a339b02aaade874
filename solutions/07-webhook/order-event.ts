import {
  type OrderEvent,
  type OrderNews,
  type Status,
  statuses,
} from "#given/07-webhook/order-events.ts";
import { Problem } from "#given/07-webhook/problem.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads `{"order_id": 777, "status": "created"}`. Fields that it does not know it leaves out.
 *
 * @throws Problem with status 400 if the bytes are no JSON in UTF-8; with 422 if they are, but are no
 *   order: `order_id` is a whole number, 1 or more, and safe; `status` one that we know
 */
export function readOrder(payload: Uint8Array): OrderNews {
  const value = parse(payload);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem(422, "The body must be a JSON object.");
  }
  const { order_id: orderId, status } = value as Record<string, unknown>;
  // A larger number would have been rounded: it would be the number of another order.
  if (!Number.isSafeInteger(orderId) || (orderId as number) < 1) {
    throw new Problem(
      422,
      `order_id must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}.`,
    );
  }
  if (!isStatus(status)) {
    throw new Problem(422, `status must be one of ${statuses.join(", ")}.`);
  }
  return { orderId: orderId as number, status };
}

/**
 * The event that tells the news: `order.created` and the like, frozen.
 *
 * @param id that of the delivery: a redelivery brings the same event, not another one like it
 * @param timestamp when it came in, in ms since 1970-01-01 UTC
 */
export function toEvent(id: string, news: OrderNews, timestamp: number): OrderEvent {
  return Object.freeze({ id, name: `order.${news.status}`, data: news, timestamp });
}

/** What is known of each order, however mixed up the news came in. */
export class OrderBoard {
  readonly #statuses = new Map<number, Status>();

  /**
   * Takes note of the news, unless it is known already or something later is; returns whether it
   * did. What is later, the order of `statuses` says.
   */
  note({ orderId, status }: OrderNews): boolean {
    const known = this.#statuses.get(orderId);
    if (known && statuses.indexOf(known) >= statuses.indexOf(status)) return false;
    this.#statuses.set(orderId, status);
    return true;
  }

  /** The latest status of an order, if any is known. */
  statusOf(orderId: number): Status | undefined {
    return this.#statuses.get(orderId);
  }
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload));
  } catch (cause) {
    throw new Problem(400, "The body is no JSON in UTF-8.", { cause });
  }
}

function isStatus(value: unknown): value is Status {
  return statuses.some((status) => status === value);
}
