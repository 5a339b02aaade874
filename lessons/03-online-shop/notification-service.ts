import type { Bus, BusEvent } from "#bus/contract";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type { Senders } from "#given/03-online-shop/given/senders.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { todo } from "#todo";

export type { Email, Senders, Sms } from "#given/03-online-shop/given/senders.ts";

/** Writes to customers: an email when they have ordered, an SMS when they have paid. */
export class NotificationService {
  // Your fields go here.

  constructor(bus: Bus<ShopEvents>, senders: Senders) {
    // Step 3: subscribe to order.paid, and send an SMS.
    todo(2, "subscribe to order.created, and send an email through this.#sendOnce");
  }

  /** Stops listening: what comes from now on sends no message. */
  stop(): void {
    todo(6, "end the subscriptions that the constructor made");
  }

  /** Sends the message of an event. */
  #sendOnce(event: BusEvent, send: () => unknown): unknown {
    // Step 7: if the event comes again, return the promise of the first time.
    // Step 8: if the event is replayed, send nothing.
    return send();
  }
}
