import type { Bus, EventOf } from "#bus/contract";
import type {
  Customer,
  OrderItem,
  ShopEvents,
} from "#given/03-online-shop/shop-events.ts";

export class OrderError extends Error {}

export interface OrderServiceOptions {
  firstOrderId?: number;
}

type Fact = Pick<EventOf<ShopEvents>, "name" | "data">;

/** Keeps nothing but facts, and folds them into an answer whenever there is a question. */
export class OrderService {
  readonly createOrder: (customer: Customer, items: readonly OrderItem[]) => number;
  readonly payOrder: (orderId: number) => void;
  readonly stop: () => void;

  constructor(bus: Bus<ShopEvents>, { firstOrderId = 1 }: OrderServiceOptions = {}) {
    if (!(Number.isSafeInteger(firstOrderId) && firstOrderId > 0))
      throw new RangeError("firstOrderId is a number such as 1.");
    const facts: Fact[] = [];
    const about = (orderId: number) =>
      facts.filter(({ data }) => data.orderId === orderId);
    const nextId = () =>
      facts.reduce((next, { data }) => Math.max(next, data.orderId + 1), firstOrderId);

    this.stop = bus.subscribe("#", (data, { name }) =>
      facts.push({ name, data } as Fact),
    );

    this.createOrder = ({ email, phone }, items) => {
      const whole = (value: number, least: number) =>
        Number.isSafeInteger(value) && value >= least;
      const total = items.reduce((sum, item) => sum + item.price * item.quantity, 0);
      const possible =
        items.length > 0 &&
        whole(total, 0) &&
        items.every((item) => whole(item.quantity, 1) && whole(item.price, 0));
      if (!possible) throw new OrderError("This cannot be ordered.");
      const orderId = nextId();
      const items2: OrderItem[] = JSON.parse(JSON.stringify(items));
      const data = { orderId, email, phone, items: items2, total };
      facts.push({ name: "order.created", data });
      bus.emit("order.created", data);
      return orderId;
    };

    this.payOrder = (orderId) => {
      const known = about(orderId);
      const created = known.find(({ name }) => name === "order.created");
      if (!created) throw new OrderError(`Order ${orderId} is unknown.`);
      if (known.some(({ name }) => name === "order.paid"))
        throw new OrderError(`Order ${orderId} is paid.`);
      const { email, phone, total } = created.data;
      const data = { orderId, email, phone, total };
      facts.push({ name: "order.paid", data });
      bus.emit("order.paid", data);
    };
  }
}
