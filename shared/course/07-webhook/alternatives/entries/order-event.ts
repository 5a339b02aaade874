// Each field has a reader of its own.
import {
  type OrderEvent,
  type OrderNews,
  type Status,
  statuses,
} from "#given/07-webhook/given/order-events.ts";
import { Problem } from "#given/07-webhook/given/problem.ts";

export const MAX_DEPTH = 20;

type Fields = Record<string, unknown>;

function read(bytes: Uint8Array): unknown {
  const text = new TextDecoder("utf8", { fatal: true, ignoreBOM: true });
  try {
    return JSON.parse(text.decode(bytes));
  } catch (error) {
    throw new Problem(400, "This cannot be read.", { cause: error });
  }
}

/** @throws Problem if there are more levels below */
function checkLevel(value: unknown, level: number): void {
  if (value === null || typeof value !== "object") return;
  if (level > MAX_DEPTH) throw new Problem(422, "This has too many levels.");
  for (const inner of Object.values(value)) checkLevel(inner, level + 1);
}

function orderIdIn({ order_id: id }: Fields): number {
  if (typeof id === "number" && id > 0 && Number.isSafeInteger(id)) return id;
  throw new Problem(422, "The field order_id makes no sense.");
}

function statusIn({ status }: Fields): Status {
  const at = (statuses as readonly unknown[]).indexOf(status);
  const found = statuses[at];
  if (found !== undefined) return found;
  throw new Problem(422, "The field status makes no sense.");
}

export function readOrder(payload: Uint8Array): OrderNews {
  const value = read(payload);
  checkLevel(value, 1);
  if (value === null || typeof value !== "object")
    throw new Problem(422, "This is not an object.");
  const fields = value as Fields;
  return { orderId: orderIdIn(fields), status: statusIn(fields) };
}

export function toEvent(id: string, data: OrderNews, timestamp: number): OrderEvent {
  const event: OrderEvent = { id, name: `order.${data.status}`, data, timestamp };
  return Object.freeze(event);
}

export class OrderBoard {
  readonly #latest: Map<number, number> = new Map();

  note(news: OrderNews): boolean {
    const before = this.#latest.get(news.orderId) ?? -1;
    const now = Math.max(before, statuses.indexOf(news.status));
    this.#latest.set(news.orderId, now);
    return now > before;
  }

  statusOf(orderId: number): Status | undefined {
    const at = this.#latest.get(orderId);
    return at === undefined ? undefined : statuses[at];
  }
}
