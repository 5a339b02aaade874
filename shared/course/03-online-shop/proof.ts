import { proof } from "../proof.ts";

const orders = "order-service.ts";
const notifications = "notification-service.ts";
const analytics = "analytics-service.ts";

const stopAll = `    for (const unsubscribe of this.#subscriptions) unsubscribe();`;
const stopIsOpen = `    todo(6, "unsubscribe whatever the constructor subscribed");`;
const importTodo = (before: string) => `import { todo } from "#todo";\n${before}`;

export default proof({
  steps: {
    8: [
      {
        file: orders,
        find: `import type { Bus, Unsubscribe }`,
        put: importTodo(`import type { Bus, Unsubscribe }`),
      },
      {
        file: orders,
        find: `      bus.subscribe("order.created", (order) => this.#rememberOrder(order)),
      bus.subscribe("order.paid", ({ orderId }) => this.#rememberPayment(orderId)),
`,
        put: `      bus.subscribe("order.created", (order, event) => {
        if (event.replayed) todo(8, "remember this order, as if it had been taken here");
      }),
`,
      },
      {
        file: notifications,
        find: `import type { Bus, BusEvent, Unsubscribe }`,
        put: importTodo(`import type { Bus, BusEvent, Unsubscribe }`),
      },
      {
        file: notifications,
        find: `    if (event.replayed) return undefined;`,
        put: `    if (event.replayed) todo(8, "send nothing: this event tells of the past");`,
      },
    ],
    7: [
      {
        file: notifications,
        find: `    const begun = this.#told.get(event.id);
    if (begun) return begun;`,
        put: `    if (this.#told.has(event.id)) todo(7, "send nothing: return what was begun");`,
      },
      {
        file: notifications,
        find: `    // Nothing was sent, so whoever tries again must not be turned away.
    sending.catch(() => this.#told.delete(event.id));
`,
        put: "",
      },
      {
        file: analytics,
        find: `    if (this.#paid.has(orderId)) return;\n`,
        put: "",
      },
    ],
    6: [
      { file: orders, find: stopAll, put: stopIsOpen },
      { file: notifications, find: stopAll, put: stopIsOpen },
      { file: analytics, find: stopAll, put: stopIsOpen },
      {
        file: analytics,
        find: `import type { Bus, Unsubscribe }`,
        put: importTodo(`import type { Bus, Unsubscribe }`),
      },
    ],
    5: [
      {
        file: orders,
        find: `    refuseImpossible(items);`,
        put: `    if (items.length === 0) todo(5, "refuse an order that cannot be with an OrderError");`,
      },
      {
        file: orders,
        find: `    if (!isWhole(firstOrderId, 1)) {
      throw new RangeError(
        \`firstOrderId must be a whole number, 1 or more; got \${firstOrderId}.\`,
      );
    }
`,
        put: "",
      },
      {
        file: orders,
        find: `    if (!order) throw new OrderError(\`There is no order \${orderId}.\`);
    if (this.#paid.has(orderId)) {
      throw new OrderError(\`Order \${orderId} has been paid already.\`);
    }
`,
        put: `    if (!order) return;
`,
      },
    ],
    4: [
      {
        file: analytics,
        find: `    this.#subscriptions = [
      bus.subscribe("order.created", ({ orderId }) => this.#ordered.add(orderId)),
      bus.subscribe("order.paid", ({ orderId, total }) =>
        this.#countPayment(orderId, total),
      ),
    ];`,
        put: `    todo(4, "subscribe to order.created and order.paid, and count");`,
      },
    ],
    3: [
      {
        file: orders,
        find: `    const order = this.#orders.get(orderId);`,
        put: `    todo(3, "emit order.paid, with what createOrder remembered of the order");
    const order = this.#orders.get(orderId);`,
      },
      {
        file: notifications,
        find: `      bus.subscribe("order.paid", (payment, event) =>
        this.#tellOnce(event, () => senders.sendSms(receiptOf(payment))),
      ),
`,
        put: "",
      },
    ],
    2: [
      {
        file: notifications,
        find: `    this.#subscriptions = [
      bus.subscribe("order.created", (order, event) =>
        this.#tellOnce(event, () => senders.sendEmail(confirmationOf(order))),
      ),
    ];`,
        put: `    todo(2, "subscribe to order.created; send the email through this.#tellOnce");`,
      },
    ],
    1: [
      {
        file: orders,
        find: `    const order: OrderCreated = {`,
        put: `    todo(1, "number the order, add up its total, emit order.created");
    const order: OrderCreated = {`,
      },
    ],
  },
  mistakes: [
    {
      name: "leaves the phone number for others to look up",
      step: 1,
      change: [
        {
          file: orders,
          find: `      phone: customer.phone,\n`,
          put: `      phone: "",\n`,
        },
      ],
    },
    {
      name: "forgets the quantities in the total",
      step: 1,
      change: [{ file: orders, find: `total + quantity * price`, put: `total + price` }],
    },
    {
      name: "counts orders from 1 whatever it was told",
      step: 1,
      change: [
        {
          file: orders,
          find: `    this.#nextOrderId = firstOrderId;`,
          put: `    this.#nextOrderId = 1;`,
        },
      ],
    },
    {
      name: "counts the orders of all shops in one variable",
      step: 1,
      change: [
        {
          file: orders,
          find: `/** Takes orders and payments, and tells the bus about each. */`,
          put: `let lastOrderId = 0;\n`,
        },
        {
          file: orders,
          find: `      orderId: this.#nextOrderId,`,
          put: `      orderId: Math.max(++lastOrderId, this.#nextOrderId),`,
        },
      ],
    },
    {
      name: "puts the customer's own cart into the event",
      step: 1,
      change: [
        {
          file: orders,
          find: `items.map(({ name, quantity, price }) => ({ name, quantity, price }))`,
          put: `items`,
        },
      ],
    },
    {
      name: "copies the cart, but not what lies in it",
      step: 1,
      change: [
        {
          file: orders,
          find: `items.map(({ name, quantity, price }) => ({ name, quantity, price }))`,
          put: `[...items]`,
        },
      ],
    },
    {
      name: "puts a Date into the event, which JSON cannot hold",
      step: 1,
      change: [
        {
          file: orders,
          find: `      total: totalOf(items),\n`,
          put: `      total: totalOf(items),\n      ...{ takenAt: new Date(0) },\n`,
        },
      ],
    },
    {
      name: "prints kopiykas as if they were hryvnias",
      step: 2,
      change: [
        {
          file: notifications,
          find: `Total: \${formatMoney(total)}`,
          put: `Total: \${total} UAH`,
        },
      ],
    },
    {
      name: "sends the email without waiting for it, so that failures are lost",
      step: 2,
      change: [
        {
          file: notifications,
          find: `  await send();`,
          put: `  Promise.resolve(send()).catch(() => {});`,
        },
      ],
    },
    {
      name: "swallows what the mail server says",
      step: 2,
      change: [
        {
          file: notifications,
          find: `    const sending = promised(send);`,
          put: `    const sending = promised(send).catch(() => {});`,
        },
      ],
    },
    {
      name: "writes to the first customer only",
      step: 2,
      change: [
        {
          file: notifications,
          find: `    const sending = promised(send);`,
          put: `    if (this.#told.size > 0) return undefined;
    const sending = promised(send);`,
        },
      ],
    },
    {
      name: "sends an SMS for every order event",
      step: 2,
      change: [
        {
          file: notifications,
          find: `bus.subscribe("order.paid", (payment, event) =>`,
          put: `bus.subscribe("order.*", (payment, event) =>`,
        },
        {
          file: notifications,
          find: `    if (begun) return begun;\n`,
          put: "",
        },
      ],
    },
    {
      name: "tells first and remembers afterwards",
      step: 3,
      change: [
        {
          file: orders,
          find: `    this.#rememberOrder(order);
    this.#bus.emit("order.created", order);`,
          put: `    this.#bus.emit("order.created", order);
    this.#rememberOrder(order);`,
        },
      ],
    },
    {
      name: "knows its orders only from the bus",
      step: 3,
      change: [
        {
          file: orders,
          find: `    this.#rememberOrder(order);
    this.#bus.emit("order.created", order);`,
          put: `    this.#nextOrderId += 1;
    this.#bus.emit("order.created", order);`,
        },
      ],
    },
    {
      name: "pays the latest order, whichever was meant",
      step: 3,
      change: [
        {
          file: orders,
          find: `    const order = this.#orders.get(orderId);`,
          put: `    const order = this.#orders.has(orderId) ? [...this.#orders.values()].at(-1) : undefined;`,
        },
      ],
    },
    {
      name: "sends the SMS to the email address",
      step: 3,
      change: [
        {
          file: notifications,
          find: `    to: phone,`,
          put: `    to: String(phone && "email"),`,
        },
      ],
    },
    {
      name: "counts orders as revenue before they are paid",
      step: 4,
      change: [
        {
          file: analytics,
          find: `({ orderId }) => this.#ordered.add(orderId)`,
          put: `({ orderId, total }) => {
        this.#ordered.add(orderId);
        this.#revenue += total;
      }`,
        },
      ],
    },
    {
      name: "keeps the figures of all analytics services in one place",
      step: 4,
      change: [
        {
          file: analytics,
          find: `/** Counts orders and payments. All it knows, it knows from events. */`,
          put: `const everyOrder = new Set<number>();\n`,
        },
        {
          file: analytics,
          find: `  readonly #ordered = new Set<number>();`,
          put: `  readonly #ordered = everyOrder;`,
        },
      ],
    },
    {
      name: "hands out figures that change later",
      step: 4,
      change: [
        {
          file: analytics,
          find: `    return {
      orders: this.#ordered.size,
      payments: this.#paid.size,
      revenue: this.#revenue,
    };`,
          put: `    return Object.assign(this.#shared, this.#count());`,
        },
        {
          file: analytics,
          find: `  #revenue = 0;`,
          put: `  #revenue = 0;
  readonly #shared = { orders: 0, payments: 0, revenue: 0 };
  #count(): Figures {
    return {
      orders: this.#ordered.size,
      payments: this.#paid.size,
      revenue: this.#revenue,
    };
  }`,
        },
        {
          file: analytics,
          find: `({ orderId }) => this.#ordered.add(orderId)`,
          put: `({ orderId }) => {
        this.#ordered.add(orderId);
        return this.figures;
      }`,
        },
      ],
    },
    {
      name: "takes an empty order",
      step: 5,
      change: [
        {
          file: orders,
          find: `  if (items.length === 0) throw new OrderError("An order needs at least one item.");\n`,
          put: "",
        },
      ],
    },
    {
      name: "emits first and refuses the empty order afterwards",
      step: 5,
      change: [
        { file: orders, find: `    refuseImpossible(items);\n`, put: "" },
        {
          file: orders,
          find: `    return order.orderId;`,
          put: `    refuseImpossible(items);
    return order.orderId;`,
        },
      ],
    },
    {
      name: "does nothing, silently, when the order is unknown",
      step: 5,
      change: [
        {
          file: orders,
          find: `    if (!order) throw new OrderError(\`There is no order \${orderId}.\`);`,
          put: `    if (!order) return;`,
        },
      ],
    },
    {
      name: "does not say which order is unknown",
      step: 5,
      change: [
        { file: orders, find: `There is no order \${orderId}.`, put: `No such order.` },
      ],
    },
    {
      name: "takes the money twice",
      step: 5,
      change: [
        {
          file: orders,
          find: `    if (this.#paid.has(orderId)) {
      throw new OrderError(\`Order \${orderId} has been paid already.\`);
    }
`,
          put: "",
        },
      ],
    },
    {
      name: "notes a payment only when it comes back from the bus",
      step: 5,
      change: [{ file: orders, find: `    this.#rememberPayment(orderId);\n`, put: "" }],
    },
    {
      name: "notes a payment when everybody has been told",
      step: 5,
      change: [
        { file: orders, find: `    this.#rememberPayment(orderId);\n`, put: "" },
        {
          file: orders,
          find: `    this.#bus.emit("order.paid", { orderId, email, phone, total });`,
          put: `    this.#bus.emit("order.paid", { orderId, email, phone, total });
    this.#rememberPayment(orderId);`,
        },
      ],
    },
    {
      name: "takes half a cup of tea",
      step: 5,
      change: [
        {
          file: orders,
          find: `if (!isWhole(quantity, 1))`,
          put: `if (!(quantity >= 1))`,
        },
      ],
    },
    {
      name: "takes prices that are no whole kopiykas",
      step: 5,
      change: [
        { file: orders, find: `if (!isWhole(price, 0))`, put: `if (!(price >= 0))` },
      ],
    },
    {
      name: "gives nothing away: refuses a price of 0",
      step: 5,
      change: [{ file: orders, find: `isWhole(price, 0)`, put: `isWhole(price, 1)` }],
    },
    {
      name: "rounds a total that is too large to be exact",
      step: 5,
      change: [
        {
          file: orders,
          find: `  if (!Number.isSafeInteger(totalOf(items))) {
    throw new OrderError("The total of this order is too large to be exact.");
  }
`,
          put: "",
        },
      ],
    },
    {
      name: "starts numbering at 0 when told to",
      step: 5,
      change: [
        {
          file: orders,
          find: `isWhole(firstOrderId, 1)`,
          put: `isWhole(firstOrderId, 0)`,
        },
      ],
    },
    {
      name: "stops the emails and goes on with the SMS",
      step: 6,
      change: [
        { file: notifications, find: stopAll, put: `    this.#subscriptions[0]?.();` },
      ],
    },
    {
      name: "stops hearing of orders, and goes on hearing of payments",
      step: 6,
      change: [{ file: orders, find: stopAll, put: `    this.#subscriptions[0]?.();` }],
    },
    {
      name: "stops hearing of payments, and goes on hearing of orders",
      step: 6,
      change: [{ file: orders, find: stopAll, put: `    this.#subscriptions[1]?.();` }],
    },
    {
      name: "forgets its figures when it stops",
      step: 6,
      change: [
        {
          file: analytics,
          find: stopAll,
          put: `${stopAll}\n    this.#ordered.clear();`,
        },
      ],
    },
    {
      name: "imports the service that it should only hear of",
      step: 6,
      change: [
        {
          file: analytics,
          find: `import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";`,
          put: `import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import "./notification-service.ts";`,
        },
      ],
    },
    {
      name: "sends one email for each time an event arrives",
      step: 7,
      change: [
        {
          file: notifications,
          find: `    if (begun) return begun;\n`,
          put: "",
        },
      ],
    },
    {
      name: "knows an event again only while it is the same object",
      step: 7,
      change: [
        {
          file: notifications,
          find: `new Map<string, `,
          put: `new Map<unknown, `,
        },
        {
          file: notifications,
          find: `this.#told.get(event.id)`,
          put: `this.#told.get(event)`,
        },
        {
          file: notifications,
          find: `this.#told.set(event.id,`,
          put: `this.#told.set(event,`,
        },
        {
          file: notifications,
          find: `this.#told.delete(event.id)`,
          put: `this.#told.delete(event)`,
        },
      ],
    },
    {
      name: "adds up the same payment twice",
      step: 7,
      change: [
        {
          file: analytics,
          find: `    if (this.#paid.has(orderId)) return;\n`,
          put: "",
        },
      ],
    },
    {
      name: "never tries an email again that failed",
      step: 7,
      change: [
        {
          file: notifications,
          find: `    sending.catch(() => this.#told.delete(event.id));\n`,
          put: "",
        },
      ],
    },
    {
      name: "remembers an email only once it has arrived",
      step: 7,
      change: [
        {
          file: notifications,
          find: `    this.#told.set(event.id, sending);\n`,
          put: "",
        },
        {
          file: notifications,
          find: `    sending.catch(() => this.#told.delete(event.id));`,
          put: `    sending.then(
      () => this.#told.set(event.id, sending),
      () => {},
    );`,
        },
      ],
    },
    {
      name: "says that an email is sent while it is on its way",
      step: 7,
      change: [
        {
          file: notifications,
          find: `    if (begun) return begun;`,
          put: `    if (begun) return undefined;`,
        },
      ],
    },
    {
      name: "takes two equal orders for one",
      step: 7,
      change: [
        {
          file: notifications,
          find: `bus.subscribe("order.created", (order, event) =>
        this.#tellOnce(event,`,
          put: `bus.subscribe("order.created", (order, event) =>
        this.#tellOnce({ ...event, id: order.email + order.total },`,
        },
      ],
    },
    {
      name: "sends yesterday's emails again",
      step: 8,
      change: [
        {
          file: notifications,
          find: `    if (event.replayed) return undefined;\n`,
          put: "",
        },
      ],
    },
    {
      name: "does not count what is replayed",
      step: 8,
      change: [
        {
          file: analytics,
          find: `({ orderId }) => this.#ordered.add(orderId)`,
          put: `({ orderId }, event) => event.replayed || this.#ordered.add(orderId)`,
        },
      ],
    },
    {
      name: "remembers old orders, but not that they were paid",
      step: 8,
      change: [
        {
          file: orders,
          find: `      bus.subscribe("order.paid", ({ orderId }) => this.#rememberPayment(orderId)),\n`,
          put: "",
        },
      ],
    },
    {
      name: "takes an order that is heard of again for one that is not paid",
      step: 8,
      change: [
        {
          file: orders,
          find: `bus.subscribe("order.created", (order) => this.#rememberOrder(order)),`,
          put: `bus.subscribe("order.created", (order) => {
        this.#rememberOrder(order);
        this.#paid.delete(order.orderId);
      }),`,
        },
      ],
    },
    {
      name: "forgets a payment whose order it does not know yet",
      step: 8,
      change: [
        {
          file: orders,
          find: `({ orderId }) => this.#rememberPayment(orderId)),`,
          put: `({ orderId }) => this.#orders.has(orderId) && this.#rememberPayment(orderId)),`,
        },
      ],
    },
    {
      name: "gives a number to an order that only a payment has told of",
      step: 8,
      change: [
        {
          file: orders,
          find: `    this.#paid.add(orderId);
    this.#rememberNumber(orderId);`,
          put: `    this.#paid.add(orderId);`,
        },
      ],
    },
    {
      name: "goes on numbering after the order it heard of last",
      step: 8,
      change: [
        {
          file: orders,
          find: `Math.max(this.#nextOrderId, orderId + 1)`,
          put: `orderId + 1`,
        },
      ],
    },
    {
      name: "gives numbers of old orders to new ones",
      step: 8,
      change: [
        {
          file: orders,
          find: `(order) => this.#rememberOrder(order)),`,
          put: `(order) => this.#orders.set(order.orderId, order)),`,
        },
      ],
    },
    {
      name: "learns only from what is replayed, not from the other till",
      step: 8,
      change: [
        {
          file: orders,
          find: `(order) => this.#rememberOrder(order)),`,
          put: `(order, event) => event.replayed && this.#rememberOrder(order)),`,
        },
      ],
    },
    {
      name: "unsubscribes functions that were never subscribed",
      step: 6,
      change: [
        {
          file: orders,
          find: stopAll,
          put: `    this.#bus.unsubscribe("order.created", (order) => this.#rememberOrder(order));`,
        },
      ],
    },
  ],
});
