/** The participants of the saga: orders, payment, warehouse and delivery, as fakes in memory. Given. */
import type { Command, Order, Reply } from "../given/process.ts";

export interface ShopOptions {
  /** What the customer owns. Default: 100.00. */
  cents?: number;
  /** How many parcels the warehouse can fill. Default: 10. */
  stock?: number;
  /** Whether a participant knows a command again that it has carried out. Default: true. */
  deduplicates?: boolean;
  /** Whether a participant refuses an action that was taken back before it came. Default: true. */
  tombstones?: boolean;
}

/** What the participants have written down. All amounts in cents. */
export interface Books {
  customer: number;
  reserved: Map<string, number>;
  /** What the shop has been paid. */
  till: number;
  stock: number;
  setAside: Set<string>;
  orders: Map<string, "placed" | "cancelled">;
  delivered: Set<string>;
}

interface Work {
  /** Why it cannot be done, or undefined if it can. */
  refusal?: (order: Order) => string | undefined;
  effect: (order: Order) => void;
  /** Of a compensation: its action. */
  takesBack?: string;
  done: string;
  refused: string;
}

export class Shop {
  readonly books: Books;
  /** What was really done, in order: `money.reserved order-15`. */
  readonly effects: string[] = [];
  readonly #options: Required<ShopOptions>;
  readonly #work: Record<string, Work>;
  /** By key: the answer that was given. Kept together with the effect: one commit. */
  readonly #inbox = new Map<string, Reply>();
  /** By saga and action: how it was answered, or that it must not be carried out any more. */
  readonly #actions = new Map<string, Reply>();

  constructor(options: ShopOptions = {}) {
    const {
      cents = 10_000,
      stock = 10,
      deduplicates = true,
      tombstones = true,
    } = options;
    this.#options = { cents, stock, deduplicates, tombstones };
    this.books = {
      customer: cents,
      reserved: new Map(),
      till: 0,
      stock,
      setAside: new Set(),
      orders: new Map(),
      delivered: new Set(),
    };
    this.#work = workOf(this.books);
  }

  // #region handle
  /**
   * Carries a command out and answers. Answer and effect are stored in one commit: either both are
   * there after a crash, or neither.
   */
  handle(command: Command): Reply {
    const known = this.#inbox.get(command.key);
    if (known && this.#options.deduplicates) return known;
    const reply = command.way === "forward" ? this.#do(command) : this.#takeBack(command);
    this.#inbox.set(command.key, reply);
    return reply;
  }

  #do(command: Command): Reply {
    const place = `${command.name} of ${command.correlationId}`;
    const tombstone = this.#actions.get(place);
    const reply = tombstone?.outcome === "refused" ? tombstone : this.#act(command);
    this.#actions.set(place, reply);
    return reply;
  }

  /** The compensation has another key than its action. The saga's id says which action is meant. */
  #takeBack(command: Command): Reply {
    const { takesBack, done } = this.#workOf(command);
    const place = `${takesBack} of ${command.correlationId}`;
    const action = this.#actions.get(place);
    if (action?.outcome === "done") return this.#act(command);
    // The action may still be on its way. A tombstone makes sure that it comes too late.
    const reason = "was taken back before it came";
    if (!action && this.#options.tombstones)
      this.#actions.set(place, { name: "command.refused", outcome: "refused", reason });
    return { name: done, outcome: "done" };
  }
  // #endregion

  #act(command: Command): Reply {
    const { refusal, effect, done, refused } = this.#workOf(command);
    const reason = refusal?.(command.order);
    if (reason !== undefined) return { name: refused, outcome: "refused", reason };
    effect(command.order);
    this.effects.push(`${done} ${command.order.id}`);
    return { name: done, outcome: "done" };
  }

  #workOf({ name }: Command): Work {
    const work = this.#work[name];
    if (!work) throw new RangeError(`Nobody in this shop can "${name}".`);
    return work;
  }
}

function workOf(books: Books): Record<string, Work> {
  return {
    "place the order": {
      effect: ({ id }) => books.orders.set(id, "placed"),
      done: "order.placed",
      refused: "order.refused",
    },
    "cancel the order": {
      takesBack: "place the order",
      effect: ({ id }) => books.orders.set(id, "cancelled"),
      done: "order.cancelled",
      refused: "order.cancellation.refused",
    },
    "reserve the money": {
      refusal: ({ cents }) =>
        books.customer < cents ? "not enough on the account" : undefined,
      effect: ({ id, cents }) => {
        books.customer -= cents;
        books.reserved.set(id, (books.reserved.get(id) ?? 0) + cents);
      },
      done: "money.reserved",
      refused: "money.refused",
    },
    "release the money": {
      takesBack: "reserve the money",
      effect: ({ id }) => {
        books.customer += books.reserved.get(id) ?? 0;
        books.reserved.delete(id);
      },
      done: "money.released",
      refused: "money.release.refused",
    },
    "confirm the order": {
      refusal: () => (books.stock < 1 ? "out of stock" : undefined),
      effect: ({ id }) => {
        books.stock -= 1;
        books.setAside.add(id);
      },
      done: "order.confirmed",
      refused: "order.rejected",
    },
    "withdraw the confirmation": {
      takesBack: "confirm the order",
      effect: ({ id }) => {
        books.stock += 1;
        books.setAside.delete(id);
      },
      done: "confirmation.withdrawn",
      refused: "withdrawal.refused",
    },
    "deliver the order": {
      refusal: ({ id }) => (books.setAside.has(id) ? undefined : "no parcel to deliver"),
      effect: ({ id }) => {
        books.setAside.delete(id);
        books.delivered.add(id);
      },
      done: "order.delivered",
      refused: "delivery.refused",
    },
    "collect the money": {
      refusal: ({ id }) => (books.reserved.has(id) ? undefined : "nothing is reserved"),
      effect: ({ id }) => {
        books.till += books.reserved.get(id) ?? 0;
        books.reserved.delete(id);
      },
      done: "money.collected",
      refused: "collection.refused",
    },
  };
}
