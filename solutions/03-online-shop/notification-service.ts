import type { Bus, BusEvent, Unsubscribe } from "#bus/contract";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type { Senders } from "#given/03-online-shop/given/senders.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";

export type { Email, Senders, Sms } from "#given/03-online-shop/given/senders.ts";

/** Writes to customers: an email when they have ordered, an SMS when they have paid. */
export class NotificationService {
  readonly #subscriptions: readonly Unsubscribe[];
  /** Each message that was sent or is on its way, by the id of its event. */
  readonly #sendings = new Map<string, Promise<unknown>>();

  constructor(bus: Bus<ShopEvents>, senders: Senders) {
    this.#subscriptions = [
      bus.subscribe("order.created", ({ orderId, email, total }, event) =>
        this.#sendOnce(event, () =>
          senders.sendEmail({
            to: email,
            subject: `Your order ${orderId}`,
            text: `Thank you for your order.\nTotal: ${formatMoney(total)}`,
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

  /** Stops listening: what comes from now on sends no message. */
  stop(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  /** Sends the message of an event, once; not if the event is replayed. */
  #sendOnce(event: BusEvent, send: () => unknown): Promise<unknown> | undefined {
    if (event.replayed) return undefined;
    const begun = this.#sendings.get(event.id);
    if (begun) return begun;
    // Sends when the promise is in the map already.
    const sending = Promise.resolve().then(send);
    this.#sendings.set(event.id, sending);
    // Nothing was sent, so the same event may try again.
    sending.catch(() => this.#sendings.delete(event.id));
    return sending;
  }
}
