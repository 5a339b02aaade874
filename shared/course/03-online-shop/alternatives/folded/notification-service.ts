import type { Bus, EventOf } from "#bus/contract";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";

export type Email = Record<"to" | "subject" | "text", string>;
export type Sms = Record<"to" | "text", string>;

export interface Senders {
  sendEmail(email: Email): unknown;
  sendSms(sms: Sms): unknown;
}

/** One listener for both events, and a promise for each message. */
export class NotificationService {
  readonly stop: () => void;

  constructor(bus: Bus<ShopEvents>, senders: Senders) {
    const underWay = new Map<string, Promise<unknown>>();

    const send = (event: EventOf<ShopEvents>) => {
      const text = `Order ${event.data.orderId}: ${formatMoney(event.data.total)}`;
      return event.name === "order.created"
        ? senders.sendEmail({ to: event.data.email, subject: "Your order", text })
        : senders.sendSms({ to: event.data.phone, text });
    };

    const listener = (_data: unknown, event: EventOf<ShopEvents>) => {
      if (event.replayed) return undefined;
      const known = underWay.get(event.id);
      if (known) return known;
      const sending = Promise.resolve().then(() => send(event));
      underWay.set(event.id, sending);
      return sending.catch((error: unknown) => {
        underWay.delete(event.id);
        throw error;
      });
    };

    this.stop = bus.subscribe("order.*", listener);
  }
}
