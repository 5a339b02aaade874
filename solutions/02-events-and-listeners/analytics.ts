import type { Analytics } from "#given/02-events-and-listeners/given/listeners.ts";

/** Makes an analytics listener, with figures of its own. */
export function createAnalytics(): Analytics {
  /** The ids of the events that have been counted. */
  const counted = new Set<string>();
  let users = 0;
  let orders = 0;
  let turnover = 0;

  return {
    count: (_data, event) => {
      if (counted.has(event.id)) return;
      counted.add(event.id);
      if (event.name === "user.registered") users += 1;
      if (event.name === "user.deleted") users -= 1;
      if (event.name === "order.created") {
        orders += 1;
        turnover += event.data.total;
      }
    },
    figures: () => ({ users, orders, turnover }),
  };
}
