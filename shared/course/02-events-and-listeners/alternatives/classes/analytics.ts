import type { EventOf } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";

export interface Figures {
  users: number;
  orders: number;
  turnover: number;
}

/** Counters, and the ids of what was counted. */
class CountingAnalytics {
  private counted: Record<string, true> = {};
  private now: Figures = { users: 0, orders: 0, turnover: 0 };

  count(_data: unknown, event: EventOf<ShopEvents>): void {
    if (this.counted[event.id]) return;
    this.counted[event.id] = true;
    switch (event.name) {
      case "user.registered":
        this.now.users++;
        break;
      case "user.deleted":
        this.now.users--;
        break;
      case "order.created":
        this.now.orders++;
        this.now.turnover += event.data.total;
        break;
    }
  }

  figures(): Figures {
    return { ...this.now };
  }
}

export type Analytics = Pick<CountingAnalytics, "count" | "figures">;

export function createAnalytics(): Analytics {
  return new CountingAnalytics();
}
