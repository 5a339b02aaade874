/** What the four functions of this lesson must do, so slow and simple that it is plainly right. */
import type { BusEvent } from "#bus/contract";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type { Parts, ShopEvent } from "./desk.ts";

export const model: Parts = {
  createEmailSender(sendEmail) {
    const list: { id: string; sending: Promise<unknown> }[] = [];
    const send = ({ id }: BusEvent, to: string, subject: string, text: string) => {
      const before = list.find((one) => one.id === id);
      if (before) return before.sending;
      const sending = Promise.resolve().then(() => sendEmail({ to, subject, text }));
      const entry = { id, sending };
      list.push(entry);
      sending.catch(() => list.splice(list.indexOf(entry), 1));
      return sending;
    };
    return {
      welcome: ({ email, name }, event) => send(event, email, "Welcome", name),
      confirmOrder: ({ email, orderId, total }, event) =>
        send(event, email, `Order ${orderId}`, formatMoney(total)),
      sayGoodbye: ({ email, name }, event) => send(event, email, "Goodbye", name),
    };
  },

  createLogger: (write) => (data, event) =>
    write(
      `${new Date(event.timestamp).toISOString()} ${event.name} ${JSON.stringify(data)}`,
    ),

  createAnalytics() {
    const heard: ShopEvent[] = [];
    const named = (name: string) => heard.filter((event) => event.name === name);
    return {
      count: (_data, event) => {
        if (heard.every(({ id }) => id !== event.id)) heard.push(event);
      },
      figures: () => ({
        users: named("user.registered").length - named("user.deleted").length,
        orders: named("order.created").length,
        turnover: named("order.created").reduce(
          (sum, { data }) => sum + (data as { total: number }).total,
          0,
        ),
      }),
    };
  },

  connectListeners(bus, { emailSender, logger, analytics }) {
    const ends = [
      bus.subscribe("#", logger),
      bus.subscribe("#", analytics.count),
      bus.subscribe("user.registered", emailSender.welcome),
      bus.subscribe("order.created", emailSender.confirmOrder),
      bus.subscribe("user.deleted", emailSender.sayGoodbye),
    ];
    return () => {
      for (const end of ends) end();
    };
  },
};
