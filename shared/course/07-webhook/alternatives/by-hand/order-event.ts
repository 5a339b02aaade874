import { Buffer, isUtf8 } from "node:buffer";
import {
  type OrderEvent,
  type OrderNews,
  type Status,
  statuses,
} from "#given/07-webhook/given/order-events.ts";
import { Problem } from "#given/07-webhook/given/problem.ts";

export const MAX_DEPTH = 20;

const ranks = new Map<unknown, number>(statuses.map((status, rank) => [status, rank]));

export const readOrder = (payload: Uint8Array): OrderNews => {
  if (!isUtf8(payload)) throw new Problem(400, "Not UTF-8.");
  let order: { order_id?: unknown; status?: unknown } | null;
  try {
    order = JSON.parse(Buffer.from(payload).toString("utf8"));
  } catch {
    throw new Problem(400, "Not JSON.");
  }
  // One level after the other, and no further than the limit.
  let level: unknown[] = [order];
  for (let depth = 0; level.length > 0; depth++) {
    const inside = level.filter((one) => typeof one === "object" && one !== null);
    if (inside.length > 0 && depth === MAX_DEPTH) throw new Problem(422, "Too deep.");
    level = inside.flatMap((one) => Object.values(one as object));
  }
  const orderId = order?.order_id;
  const status = order?.status;
  if (typeof orderId !== "number" || !(orderId > 0) || !Number.isSafeInteger(orderId))
    throw new Problem(422, "What order is this?");
  if (!ranks.has(status)) throw new Problem(422, "What status is this?");
  return { orderId, status: status as Status };
};

export const toEvent = (id: string, data: OrderNews, timestamp: number): OrderEvent =>
  Object.freeze({ id, name: `order.${data.status}` as const, data, timestamp });

export class OrderBoard {
  #ranks: Record<number, number> = {};

  note({ orderId, status }: OrderNews) {
    const rank = ranks.get(status) ?? -1;
    const news = rank > (this.#ranks[orderId] ?? -1);
    if (news) this.#ranks[orderId] = rank;
    return news;
  }

  statusOf(orderId: number): Status | undefined {
    return statuses[this.#ranks[orderId] ?? -1];
  }
}
