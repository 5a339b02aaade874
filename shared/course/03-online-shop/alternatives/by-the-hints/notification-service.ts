import type { Bus, BusEvent, Unsubscribe } from "#bus/contract";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type { Senders } from "#given/03-online-shop/given/senders.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";

export type { Email, Senders, Sms } from "#given/03-online-shop/given/senders.ts";

/** Writes to customers: an email when they have ordered, an SMS when they have paid. */
export class NotificationService {
  readonly #subscriptions: Unsubscribe[];
  readonly #sendings = new Map<string, Promise<void>>();

  constructor(bus: Bus<ShopEvents>, senders: Senders) {
    this.#subscriptions = [
      bus.subscribe("order.created", ({ orderId, email, total }, event) =>
        this.#sendOnce(event, () =>
          senders.sendEmail({
            to: email,
            subject: `Your order ${orderId}`,
            text: `Total: ${formatMoney(total)}`,
          }),
        ),
      ),
      bus.subscribe("order.paid", ({ orderId, phone, total }, event) =>
        this.#sendOnce(event, () =>
          senders.sendSms({
            to: phone,
            text: `We received ${formatMoney(total)} for order ${orderId}.`,
          }),
        ),
      ),
    ];
  }

  /** Stops listening: no message is sent from now on. */
  stop(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  /** Sends the message of an event. */
  #sendOnce(event: BusEvent, send: () => unknown): unknown {
    if (event.replayed) return;
    const begun = this.#sendings.get(event.id);
    if (begun) return begun;
    const sending = promised(send);
    this.#sendings.set(event.id, sending);
    sending.catch(() => this.#sendings.delete(event.id));
    return sending;
  }
}

async function promised(send: () => unknown): Promise<void> {
  await send();
}
