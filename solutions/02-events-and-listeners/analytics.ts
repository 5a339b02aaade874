import type { Listener } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";

export interface Figures {
  /** How many users there are: registered, and not deleted since. */
  readonly users: number;
  /** How many orders there were. */
  readonly orders: number;
  /** What all orders cost together, in kopiykas. */
  readonly turnover: number;
}

export interface Analytics {
  /** Counts an event. Events of other kinds are none of its business. */
  count: Listener<ShopEvents, "#">;
  /** The figures as they are now; what was handed out does not change later. */
  figures(): Figures;
}

/** Makes an analytics listener, with figures of its own. */
export function createAnalytics(): Analytics {
  const users = new Set<number>();
  const orders = new Set<number>();
  let turnover = 0;

  function countOrder(orderId: number, total: number): void {
    if (orders.has(orderId)) return;
    orders.add(orderId);
    turnover += total;
  }

  return {
    count: (_data, { name, data }) => {
      if (name === "user.registered") users.add(data.userId);
      if (name === "user.deleted") users.delete(data.userId);
      if (name === "order.created") countOrder(data.orderId, data.total);
    },
    figures: () => ({ users: users.size, orders: orders.size, turnover }),
  };
}
