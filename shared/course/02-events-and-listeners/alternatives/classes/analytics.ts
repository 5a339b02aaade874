import type { EventOf } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/given/catalogue.ts";
import type {
  Analytics,
  Figures,
} from "#given/02-events-and-listeners/given/listeners.ts";

/** The figures of a moment, with one more than was asked. */
class Snapshot implements Figures {
  readonly users: number;
  readonly orders: number;
  readonly turnover: number;
  readonly average: number;

  constructor(users: number, orders: number, turnover: number) {
    this.users = users;
    this.orders = orders;
    this.turnover = turnover;
    this.average = orders === 0 ? 0 : turnover / orders;
  }
}

/** Counters, and the ids of the latest thousand events. */
class CountingAnalytics {
  private counted = new Set<string>();
  private now = new Snapshot(0, 0, 0);

  /** Puts new figures in the place of the old ones, which others may still look at. */
  count(_data: unknown, event: EventOf<ShopEvents>): void {
    if (this.counted.has(event.id)) return;
    this.counted.add(event.id);
    const [oldest = ""] = this.counted;
    if (this.counted.size > 1_000) this.counted.delete(oldest);
    const { users, orders, turnover } = this.now;
    switch (event.name) {
      case "user.registered":
        this.now = new Snapshot(users + 1, orders, turnover);
        break;
      case "user.deleted":
        this.now = new Snapshot(users - 1, orders, turnover);
        break;
      case "order.created":
        this.now = new Snapshot(users, orders + 1, turnover + event.data.total);
        break;
    }
  }

  figures(): Figures {
    return this.now;
  }
}

export function createAnalytics(): Analytics {
  return new CountingAnalytics();
}
