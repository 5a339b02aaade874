import type { Bus, BusEvent } from "#bus/contract";
import { formatMoney } from "#given/02-events-and-listeners/money.ts";
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

/** The order is the key: one email and one SMS for each. */
export class NotificationService {
  private bus: Bus<ShopEvents>;
  private senders: Senders;
  private emailed: Record<number, boolean> = {};
  private texted: Record<number, boolean> = {};

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

  private onCreated = async (order: OrderCreated, event: BusEvent) => {
    if (event.replayed === true) return;
    if (this.emailed[order.orderId]) return;
    this.emailed[order.orderId] = true;
    try {
      await this.senders.sendEmail({
        to: order.email,
        subject: "Thank you!",
        text: `Order number ${order.orderId}, ${formatMoney(order.total)}`,
      });
    } catch (error) {
      this.emailed[order.orderId] = false;
      throw error;
    }
  };

  private onPaid = async (payment: OrderPaid, event: BusEvent) => {
    if (event.replayed === true) return;
    if (this.texted[payment.orderId]) return;
    this.texted[payment.orderId] = true;
    try {
      await this.senders.sendSms({
        to: payment.phone,
        text: `Order ${payment.orderId}: ${formatMoney(payment.total)} paid`,
      });
    } catch (error) {
      this.texted[payment.orderId] = false;
      throw error;
    }
  };
}
