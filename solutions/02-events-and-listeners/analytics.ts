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
  /** Counts an event, and only once if it comes again. Events of other kinds are none of its business. */
  count: Listener<ShopEvents, "#">;
  /** The figures as they are now; what was handed out does not change later. */
  figures(): Figures;
}

/** Makes an analytics listener, with figures of its own. */
export function createAnalytics(): Analytics {
  /** The ids of the events that have been counted. */
  const counted = new Set<string>();
  let users = 0;
  let orders = 0;
  let turnover = 0;

  return {
    count: (_data, { id, name, data }) => {
      if (counted.has(id)) return;
      counted.add(id);
      if (name === "user.registered") users += 1;
      if (name === "user.deleted") users -= 1;
      if (name === "order.created") {
        orders += 1;
        turnover += data.total;
      }
    },
    figures: () => ({ users, orders, turnover }),
  };
}
