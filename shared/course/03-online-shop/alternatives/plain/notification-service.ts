import type { Bus, BusEvent } from "#bus/contract";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type {
  OrderCreated,
  OrderPaid,
  ShopEvents,
} from "#given/03-online-shop/shop-events.ts";

export interface Email {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Sms {
  readonly to: string;
  readonly text: string;
}

export interface Senders {
  sendEmail(email: Email): unknown;
  sendSms(sms: Sms): unknown;
}

/** What was begun for each order. */
type Begun = Record<number, Promise<unknown> | undefined>;

/** The order is the key: one email and one SMS for each. */
export class NotificationService {
  private bus: Bus<ShopEvents>;
  private senders: Senders;
  private emailed: Begun = {};
  private texted: Begun = {};

  constructor(bus: Bus<ShopEvents>, senders: Senders) {
    this.bus = bus;
    this.senders = senders;
    bus.subscribe("order.created", this.onCreated);
    bus.subscribe("order.paid", this.onPaid);
  }

  stop(): void {
    this.bus.unsubscribe("order.created", this.onCreated);
    this.bus.unsubscribe("order.paid", this.onPaid);
  }

  private onCreated = (order: OrderCreated, event: BusEvent) => {
    if (event.replayed === true) return undefined;
    return this.begin(this.emailed, order.orderId, () =>
      this.senders.sendEmail({
        to: order.email,
        subject: "Thank you!",
        text: `Order no.${order.orderId}, ${formatMoney(order.total)}`,
      }),
    );
  };

  private onPaid = (payment: OrderPaid, event: BusEvent) => {
    if (event.replayed === true) return undefined;
    return this.begin(this.texted, payment.orderId, () =>
      this.senders.sendSms({
        to: payment.phone,
        text: `Order ${payment.orderId}: ${formatMoney(payment.total)} paid`,
      }),
    );
  };

  /** Sends for an order, unless that was begun and has not failed. */
  private begin(begun: Begun, orderId: number, send: () => unknown) {
    begun[orderId] ??= Promise.resolve()
      .then(send)
      .catch((error: unknown) => {
        begun[orderId] = undefined;
        throw error;
      });
    return begun[orderId];
  }
}
