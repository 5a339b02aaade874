import { proof } from "../proof.ts";

const emails = "email-sender.ts";
const log = "logger.ts";
const analytics = "analytics.ts";
const connect = "connect-listeners.ts";

export default proof({
  steps: {
    7: [
      {
        file: emails,
        find: `import { formatMoney } from "#given/02-events-and-listeners/money.ts";`,
        put: `import { formatMoney } from "#given/02-events-and-listeners/money.ts";
import { todo } from "#todo";`,
      },
      {
        file: emails,
        find: `    const begun = sendings.get(event.id);
    if (begun) return begun;
    const sending = send(email);`,
        put: `    if (sendings.has(event.id)) todo(7, "send nothing: return what was begun before");
    const sending = send(email);`,
      },
      {
        file: emails,
        find: `    // Nothing was sent, so whoever tries again must not be turned away.
    sending.catch(() => sendings.delete(event.id));
`,
        put: "",
      },
      {
        file: analytics,
        find: `      if (counted.has(id)) return;
      counted.add(id);
`,
        put: "",
      },
    ],
    6: [
      {
        file: connect,
        find: `import type { Analytics } from "./analytics.ts";`,
        put: `import { todo } from "#todo";
import type { Analytics } from "./analytics.ts";`,
      },
      {
        file: connect,
        find: `  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
  };`,
        put: `  return () => todo(6, "unsubscribe what was subscribed here, and nothing else");`,
      },
    ],
    5: [
      {
        file: connect,
        find: `  const subscriptions = [`,
        put: `  todo(5, "subscribe every listener to the events that it is made for");
  const subscriptions = [`,
      },
    ],
    4: [
      {
        file: analytics,
        find: `import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";`,
        put: `import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";
import { todo } from "#todo";`,
      },
      {
        file: analytics,
        find: `    count: (_data, { id, name, data }) => {`,
        put: `    count: (_data, { id, name, data }) => {
      todo(4, "look at event.name, and count");`,
      },
    ],
    3: [
      {
        file: log,
        find: `import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";`,
        put: `import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";
import { todo } from "#todo";`,
      },
      {
        file: log,
        find: `    return write(`,
        put: `    todo(3, "write the time, the name and the data of the event");
    return write(`,
      },
    ],
    2: [
      {
        file: emails,
        find: `    confirmOrder: ({ orderId, email, total }, event) =>
      sendOnce(event, {
        to: email,
        subject: \`Your order \${orderId}\`,
        text: \`Thank you for order \${orderId}.\\nTotal: \${formatMoney(total)}\`,
      }),
    sayGoodbye: ({ name, email }, event) =>
      sendOnce(event, {
        to: email,
        subject: \`Goodbye, \${name}\`,
        text: \`Dear \${name},\\nyour account has been deleted, and so has your data.\`,
      }),
`,
        put: `    confirmOrder: () => todo(2, "confirm the order with sendOnce"),
    sayGoodbye: () => todo(2, "say goodbye to the user with sendOnce"),
`,
      },
    ],
    1: [
      {
        file: emails,
        find: `    welcome: ({ name, email }, event) =>
      sendOnce(event, {
        to: email,
        subject: \`Welcome, \${name}!\`,
        text: \`Hello \${name},\\nyour account is ready.\`,
      }),
`,
        put: `    welcome: () => todo(1, "send a welcome to the new user with sendOnce"),
`,
      },
    ],
  },
  mistakes: [
    {
      name: "welcomes everybody as Ann",
      step: 1,
      change: [
        {
          file: emails,
          find: `subject: \`Welcome, \${name}!\``,
          put: `subject: "Welcome!"`,
        },
        {
          file: emails,
          find: `text: \`Hello \${name},\\nyour`,
          put: `text: \`Hello Ann,\\nyour`,
        },
      ],
    },
    {
      name: "sends the welcome twice",
      step: 1,
      change: [
        {
          file: emails,
          find: `    await sendEmail(email);`,
          put: `    await sendEmail(email);
    await sendEmail(email);`,
        },
      ],
    },
    {
      name: "swallows what the mail server says",
      step: 1,
      change: [
        {
          file: emails,
          find: `    const sending = send(email);`,
          put: `    const sending = send(email).catch(() => {});`,
        },
      ],
    },
    {
      name: "does not wait for the mail server, and never hears that it failed",
      step: 1,
      change: [
        {
          file: emails,
          find: `    await sendEmail(email);`,
          put: `    Promise.resolve(sendEmail(email)).catch(() => {});`,
        },
      ],
    },
    {
      name: "prints kopiykas as if they were hryvnias",
      step: 2,
      change: [{ file: emails, find: `\${formatMoney(total)}`, put: `\${total} UAH` }],
    },
    {
      name: "confirms an order without its number",
      step: 2,
      change: [
        { file: emails, find: `Your order \${orderId}`, put: `Your order` },
        { file: emails, find: `for order \${orderId}.`, put: `for your order.` },
      ],
    },
    {
      name: "says goodbye with a welcome",
      step: 2,
      change: [
        {
          file: emails,
          find: `subject: \`Goodbye, \${name}\``,
          put: `subject: \`Welcome, \${name}!\``,
        },
      ],
    },
    {
      name: "writes to one address only, whoever leaves",
      step: 2,
      change: [
        {
          file: emails,
          find: `        to: email,
        subject: \`Goodbye,`,
          put: `        to: email && "ann@example.com",
        subject: \`Goodbye,`,
        },
      ],
    },
    {
      name: "logs the time of writing",
      step: 3,
      change: [
        {
          file: log,
          find: `new Date(timestamp)`,
          put: `new Date(Date.now() + 0 * timestamp)`,
        },
      ],
    },
    {
      name: "logs milliseconds that nobody can read",
      step: 3,
      change: [
        { file: log, find: `new Date(timestamp).toISOString()`, put: `timestamp` },
      ],
    },
    {
      name: "logs the data as [object Object]",
      step: 3,
      change: [{ file: log, find: `\${JSON.stringify(data)}`, put: `\${data}` }],
    },
    {
      name: "logs users only",
      step: 3,
      change: [
        {
          file: log,
          find: `    return write(`,
          put: `    if (!name.startsWith("user.")) return undefined;
    return write(`,
        },
      ],
    },
    {
      name: "undoes the escaping that keeps a line one line",
      step: 3,
      change: [
        {
          file: log,
          find: `\${JSON.stringify(data)}`,
          put: `\${JSON.stringify(data).replaceAll("\\\\n", "\\n")}`,
        },
      ],
    },
    {
      name: "counts orders instead of adding up what they cost",
      step: 4,
      change: [
        { file: analytics, find: `turnover += data.total;`, put: `turnover += 1;` },
      ],
    },
    {
      name: "never counts a user out",
      step: 4,
      change: [
        {
          file: analytics,
          find: `      if (name === "user.deleted") users -= 1;\n`,
          put: "",
        },
      ],
    },
    {
      name: "takes the orders of a user along when the user leaves",
      step: 4,
      change: [
        {
          file: analytics,
          find: `users -= 1;`,
          put: `{
        users -= 1;
        orders = 0;
      }`,
        },
      ],
    },
    {
      name: "keeps the figures of all analytics listeners in one place",
      step: 4,
      change: [
        { file: analytics, find: `  let users = 0;\n`, put: "" },
        {
          file: analytics,
          find: `/** Makes an analytics listener, with figures of its own. */`,
          put: `let users = 0;\n`,
        },
      ],
    },
    {
      name: "hands out figures that change later",
      step: 4,
      change: [
        {
          file: analytics,
          find: `({ users, orders, turnover }),`,
          put: `live,`,
        },
        {
          file: analytics,
          find: `  return {
    count:`,
          put: `  const live = {
    get users() {
      return users;
    },
    get orders() {
      return orders;
    },
    get turnover() {
      return turnover;
    },
  };
  return {
    count:`,
        },
      ],
    },
    {
      name: "counts whatever it does not know as an order",
      step: 4,
      change: [
        {
          file: analytics,
          find: `      if (name === "user.registered") users += 1;
      if (name === "user.deleted") users -= 1;
      if (name === "order.created") {`,
          put: `      if (name === "user.registered") users += 1;
      else if (name === "user.deleted") users -= 1;
      else {`,
        },
      ],
    },
    {
      name: "counts every event of an order as a new order",
      step: 4,
      change: [
        {
          file: analytics,
          find: `      if (name === "order.created") {`,
          put: `      if (name.startsWith("order.")) {`,
        },
        {
          file: analytics,
          find: `turnover += data.total;`,
          put: `turnover += "total" in data ? data.total : 0;`,
        },
      ],
    },
    {
      name: "counts every event of a user who is not new as a goodbye",
      step: 4,
      change: [
        {
          file: analytics,
          find: `if (name === "user.deleted") users -= 1;`,
          put: `else if (name.startsWith("user.")) users -= 1;`,
        },
      ],
    },
    {
      name: "logs only names of two words",
      step: 5,
      change: [
        {
          file: connect,
          find: `bus.subscribe("#", logger)`,
          put: `bus.subscribe("*.*", logger)`,
        },
      ],
    },
    {
      name: "hands analytics no more than what it counts today",
      step: 5,
      change: [
        {
          file: connect,
          find: `    bus.subscribe("#", analytics.count),`,
          put: `    bus.subscribe("user.*", analytics.count),
    bus.subscribe("order.created", analytics.count),`,
        },
      ],
    },
    {
      name: "welcomes users who leave",
      step: 5,
      change: [
        {
          file: connect,
          find: `bus.subscribe("user.registered", emailSender.welcome)`,
          put: `bus.subscribe("user.*", emailSender.welcome)`,
        },
      ],
    },
    {
      name: "forgets the goodbye",
      step: 5,
      change: [
        {
          file: connect,
          find: `    bus.subscribe("user.deleted", emailSender.sayGoodbye),\n`,
          put: "",
        },
      ],
    },
    {
      name: "logs users, and no orders",
      step: 5,
      change: [
        {
          file: connect,
          find: `bus.subscribe("#", logger)`,
          put: `bus.subscribe("user.*", logger)`,
        },
      ],
    },
    {
      name: "keeps the event to itself",
      step: 5,
      change: [
        {
          file: connect,
          find: `bus.subscribe("#", analytics.count)`,
          put: `bus.subscribe("order.created", analytics.count)`,
        },
      ],
    },
    {
      name: "calls the listeners while it connects them",
      step: 5,
      change: [
        {
          file: connect,
          find: `  return () => {`,
          put: `  const test = bus.emit("user.deleted", { userId: 0, name: "", email: "" });
  logger(test.data, test);
  return () => {`,
        },
      ],
    },
    {
      name: "disconnects the first listener only",
      step: 6,
      change: [
        {
          file: connect,
          find: `    for (const unsubscribe of subscriptions) unsubscribe();`,
          put: `    subscriptions[0]?.();`,
        },
      ],
    },
    {
      name: "unsubscribes from patterns that were not subscribed",
      step: 6,
      change: [
        {
          file: connect,
          find: `    for (const unsubscribe of subscriptions) unsubscribe();`,
          put: `    for (const unsubscribe of subscriptions.slice(1)) unsubscribe();
    bus.unsubscribe("user.*", logger);`,
        },
      ],
    },
    {
      name: "disconnects whatever was connected last",
      step: 6,
      change: [
        {
          file: connect,
          find: `/** The one place that knows who listens to what. Returns`,
          put: `let subscriptions: (() => boolean)[] = [];

/** The one place that knows who listens to what. Returns`,
        },
        { file: connect, find: `  const subscriptions = [`, put: `  subscriptions = [` },
      ],
    },
    {
      name: "falls over when it disconnects twice",
      step: 6,
      change: [
        {
          file: connect,
          find: `    for (const unsubscribe of subscriptions) unsubscribe();`,
          put: `    for (const unsubscribe of subscriptions) {
      if (!unsubscribe()) throw new Error("was not connected");
    }`,
        },
      ],
    },
    {
      name: "sends one email for each time an event arrives",
      step: 7,
      change: [{ file: emails, find: `    if (begun) return begun;\n`, put: "" }],
    },
    {
      name: "sends the welcome itself, past sendOnce",
      step: 7,
      change: [
        {
          file: emails,
          find: `    welcome: ({ name, email }, event) =>
      sendOnce(event, {`,
          put: `    welcome: ({ name, email }) =>
      send({`,
        },
      ],
    },
    {
      name: "sends the confirmation itself, past sendOnce",
      step: 7,
      change: [
        {
          file: emails,
          find: `    confirmOrder: ({ orderId, email, total }, event) =>
      sendOnce(event, {`,
          put: `    confirmOrder: ({ orderId, email, total }) =>
      send({`,
        },
      ],
    },
    {
      name: "knows an event again only while it is the same object",
      step: 7,
      change: [
        { file: emails, find: `new Map<string, `, put: `new Map<unknown, ` },
        { file: emails, find: `sendings.get(event.id)`, put: `sendings.get(event)` },
        { file: emails, find: `sendings.set(event.id,`, put: `sendings.set(event,` },
        {
          file: emails,
          find: `sendings.delete(event.id)`,
          put: `sendings.delete(event)`,
        },
      ],
    },
    {
      name: "takes two events with the same data for one",
      step: 7,
      change: [
        {
          file: emails,
          find: `    const begun = sendings.get(event.id);`,
          put: `    const key = JSON.stringify(email);
    const begun = sendings.get(key);`,
        },
        { file: emails, find: `sendings.set(event.id,`, put: `sendings.set(key,` },
        { file: emails, find: `sendings.delete(event.id)`, put: `sendings.delete(key)` },
      ],
    },
    {
      name: "never tries an email again that failed",
      step: 7,
      change: [
        {
          file: emails,
          find: `    sending.catch(() => sendings.delete(event.id));\n`,
          put: "",
        },
      ],
    },
    {
      name: "tries an email again for ever, even one that was sent",
      step: 7,
      change: [
        {
          file: emails,
          find: `    sending.catch(() => sendings.delete(event.id));`,
          put: `    const forget = () => sendings.delete(event.id);
    sending.then(forget, forget);`,
        },
      ],
    },
    {
      name: "ticks the event off only when the email has arrived",
      step: 7,
      change: [
        { file: emails, find: `    sendings.set(event.id, sending);\n`, put: "" },
        {
          file: emails,
          find: `    sending.catch(() => sendings.delete(event.id));`,
          put: `    sending.then(
      () => sendings.set(event.id, sending),
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
          file: emails,
          find: `    if (begun) return begun;`,
          put: `    if (begun) return Promise.resolve();`,
        },
      ],
    },
    {
      name: "shares what was sent among all email senders",
      step: 7,
      change: [
        {
          file: emails,
          find: `  const sendings = new Map<string, Promise<void>>();\n`,
          put: "",
        },
        {
          file: emails,
          find: `/** Makes an email sender that sends`,
          put: `const sendings = new Map<string, Promise<void>>();

/** Makes an email sender that sends`,
        },
      ],
    },
    {
      name: "keeps what was counted in one place for all analytics listeners",
      step: 7,
      change: [
        {
          file: analytics,
          find: `  const counted = new Set<string>();\n`,
          put: "",
        },
        {
          file: analytics,
          find: `/** Makes an analytics listener, with figures of its own. */`,
          put: `const counted = new Set<string>();\n`,
        },
      ],
    },
    {
      name: "counts an event each time it arrives",
      step: 7,
      change: [
        { file: analytics, find: `      if (counted.has(id)) return;\n`, put: "" },
      ],
    },
    {
      name: "counts an event again that comes as a copy",
      step: 7,
      change: [
        {
          file: analytics,
          find: `(_data, { id, name, data }) => {`,
          put: `(_data, event) => {
      const { name, data } = event;`,
        },
        { file: analytics, find: `new Set<string>()`, put: `new Set<unknown>()` },
        { file: analytics, find: `counted.has(id)`, put: `counted.has(event)` },
        { file: analytics, find: `counted.add(id)`, put: `counted.add(event)` },
      ],
    },
    {
      name: "counts a user in again whose registration comes again after the goodbye",
      step: 7,
      change: [
        {
          file: analytics,
          find: `  let users = 0;`,
          put: `  const users = new Set<number>();`,
        },
        {
          file: analytics,
          find: `      if (counted.has(id)) return;
      counted.add(id);
      if (name === "user.registered") users += 1;
      if (name === "user.deleted") users -= 1;`,
          put: `      if (name === "user.registered") users.add(data.userId);
      if (name === "user.deleted") users.delete(data.userId);
      if (counted.has(id)) return;
      counted.add(id);`,
        },
        {
          file: analytics,
          find: `({ users, orders,`,
          put: `({ users: users.size, orders,`,
        },
      ],
    },
  ],
});
