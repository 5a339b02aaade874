import type { Bus, BusEvent, Unsubscribe } from "#bus/contract";
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
  /** A phone number in the international form. */
  readonly to: string;
  readonly text: string;
}

/** How messages leave the shop. Either may be async, and either may fail. */
export interface Senders {
  sendEmail(email: Email): unknown;
  sendSms(sms: Sms): unknown;
}

/** Writes to customers: an email when they have ordered, an SMS when they have paid. */
export class NotificationService {
  readonly #subscriptions: readonly Unsubscribe[];
  /** Each message that was sent or is on its way, by the id of its event. */
  readonly #told = new Map<string, Promise<void>>();

  constructor(bus: Bus<ShopEvents>, senders: Senders) {
    this.#subscriptions = [
      bus.subscribe("order.created", (order, event) =>
        this.#tellOnce(event, () => senders.sendEmail(confirmationOf(order))),
      ),
      bus.subscribe("order.paid", (payment, event) =>
        this.#tellOnce(event, () => senders.sendSms(receiptOf(payment))),
      ),
    ];
  }

  /** Stops listening: no message is sent from now on. */
  stop(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  /** Sends the message of an event, unless it was sent before or the event is not news. */
  #tellOnce(event: BusEvent, send: () => unknown): Promise<void> | undefined {
    if (event.replayed) return undefined;
    const begun = this.#told.get(event.id);
    if (begun) return begun;
    const sending = promised(send);
    this.#told.set(event.id, sending);
    // Nothing was sent, so whoever tries again must not be turned away.
    sending.catch(() => this.#told.delete(event.id));
    return sending;
  }
}

/** Always a promise, even if `send` fails at once. */
async function promised(send: () => unknown): Promise<void> {
  await send();
}

function confirmationOf({ orderId, email, items, total }: OrderCreated): Email {
  const lines = items.map(({ name, quantity }) => `${quantity} × ${name}`);
  return {
    to: email,
    subject: `Your order ${orderId}`,
    text: `Thank you for your order:\n${lines.join("\n")}\nTotal: ${formatMoney(total)}`,
  };
}

function receiptOf({ orderId, phone, total }: OrderPaid): Sms {
  return {
    to: phone,
    text: `We received ${formatMoney(total)} for order ${orderId}.`,
  };
}
