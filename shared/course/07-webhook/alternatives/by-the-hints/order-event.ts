import {
  type OrderEvent,
  type OrderNews,
  type Status,
  statuses,
} from "#given/07-webhook/given/order-events.ts";
import { Problem } from "#given/07-webhook/given/problem.ts";

/** A body with more arrays and objects inside each other than this is refused. */
export const MAX_DEPTH = 20;

/**
 * Reads `{"order_id": 777, "status": "created"}`, and leaves out all other fields.
 *
 * @throws Problem with status 400 if the bytes are not JSON in UTF-8; with 422 if they are, but are
 *   not an order, or are nested too deeply
 */
export function readOrder(payload: Uint8Array): OrderNews {
  const value = parse(payload);
  if (isDeeper(value, MAX_DEPTH)) {
    throw new Problem(422, `The body is nested more than ${MAX_DEPTH} levels deep.`);
  }
  const { order_id: orderId, status } = (value ?? {}) as Record<string, unknown>;
  // A larger number would have been rounded: it would be the number of another order.
  if (!Number.isSafeInteger(orderId) || (orderId as number) < 1) {
    throw new Problem(422, "order_id must be a whole number, 1 or more, and safe.");
  }
  if (!statuses.some((known) => known === status)) {
    throw new Problem(422, `status must be one of ${statuses.join(", ")}.`);
  }
  return { orderId: orderId as number, status: status as Status };
}

/**
 * The event of the news: `order.created` and the like, frozen.
 *
 * @param id that of the delivery: a redelivery brings the same event, not another one like it
 * @param timestamp when it came in, in ms since 1970-01-01 UTC
 */
export function toEvent(id: string, news: OrderNews, timestamp: number): OrderEvent {
  return Object.freeze({ id, name: `order.${news.status}`, data: news, timestamp });
}

/** What is known of each order, in whatever order the news comes in. */
export class OrderBoard {
  readonly #statuses = new Map<number, Status>();

  /** Keeps the status, unless the same or a later one is known; returns whether it did. */
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
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (cause) {
    throw new Problem(400, "The body is not JSON in UTF-8.", { cause });
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (
    levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
  );
}
