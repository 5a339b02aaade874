/** What the three services must do, so slow and simple that it is plainly right. */
import type { Bus, EventOf, NameOf } from "#bus/contract";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type { Senders } from "#given/03-online-shop/given/senders.ts";
import type {
  Customer,
  OrderItem,
  ShopEvents,
} from "#given/03-online-shop/shop-events.ts";

type Fact = Pick<EventOf<ShopEvents>, "name" | "data">;

/** The shop refuses. */
class Refusal extends Error {}

const whole = (value: number, least: number) =>
  Number.isSafeInteger(value) && value >= least;

/** A list of facts; every answer is worked out from all of them. */
class SlowOrders {
  readonly #bus: Bus<ShopEvents>;
  readonly #facts: Fact[] = [];
  readonly #first: number;

  constructor(bus: Bus<ShopEvents>, { firstOrderId }: { firstOrderId: number }) {
    this.#bus = bus;
    this.#first = firstOrderId;
    bus.subscribe("#", (data, { name }) => this.#facts.push({ name, data } as Fact));
  }

  createOrder({ email, phone }: Customer, items: readonly OrderItem[]): number {
    const total = items.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
    const sound = items.every((item) => whole(item.quantity, 1) && whole(item.price, 0));
    if (items.length === 0 || !sound || !whole(total, 0)) throw new Refusal("No.");
    const higher = this.#facts.map(({ data }) => data.orderId + 1);
    const orderId = Math.max(this.#first, ...higher);
    const order = { orderId, email, phone, items: structuredClone(items), total };
    this.#say("order.created", order);
    return orderId;
  }

  payOrder(orderId: number): void {
    const known = this.#facts.filter(({ data }) => data.orderId === orderId);
    const order = known.find(({ name }) => name === "order.created");
    if (!order || known.some(({ name }) => name === "order.paid"))
      throw new Refusal(`${orderId}`);
    const { email, phone, total } = order.data;
    this.#say("order.paid", { orderId, email, phone, total });
  }

  #say<Name extends NameOf<ShopEvents>>(name: Name, data: ShopEvents[Name]): void {
    this.#facts.push({ name, data } as Fact);
    this.#bus.emit(name, data);
  }
}

/** A list of the events whose messages were sent or are on their way. */
class SlowNotifications {
  readonly stop: () => void;

  constructor(bus: Bus<ShopEvents>, { sendEmail, sendSms }: Senders) {
    const done: string[] = [];
    this.stop = bus.subscribe("#", async ({ orderId, email, phone, total }, event) => {
      if (event.replayed || done.includes(event.id)) return;
      done.push(event.id);
      const text = `order ${orderId}: ${formatMoney(total)}`;
      try {
        if (event.name === "order.paid") await sendSms({ to: phone, text });
        else await sendEmail({ to: email, subject: "Your order", text });
      } catch (error) {
        done.splice(done.indexOf(event.id), 1);
        throw error;
      }
    });
  }
}

/** What each order was worth, and what was paid for it. */
class SlowAnalytics {
  readonly stop: () => void;
  readonly #totals = {
    "order.created": new Map<number, number>(),
    "order.paid": new Map<number, number>(),
  };

  constructor(bus: Bus<ShopEvents>) {
    this.stop = bus.subscribe("#", ({ orderId, total }, { name }) =>
      this.#totals[name].set(orderId, total),
    );
  }

  get figures() {
    const paid = [...this.#totals["order.paid"].values()];
    const revenue = paid.reduce((sum, total) => sum + total, 0);
    return { orders: this.#totals["order.created"].size, payments: paid.length, revenue };
  }
}

export const model = {
  orders: SlowOrders,
  notifications: SlowNotifications,
  analytics: SlowAnalytics,
  refusal: Refusal,
};
