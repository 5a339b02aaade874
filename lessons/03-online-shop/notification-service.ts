import type { Bus, BusEvent } from "#bus/contract";
import { formatMoney } from "#given/02-events-and-listeners/money.ts";
import type {
  OrderCreated,
  OrderPaid,
  ShopEvents,
} from "#given/03-online-shop/shop-events.ts";
import { todo } from "#todo";

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
  /** Each message that was sent or is on its way, by the id of its event. */
  readonly #told = new Map<string, unknown>();

  constructor(bus: Bus<ShopEvents>, senders: Senders) {
    // Step 3: subscribe to order.paid; send the SMS.
    todo(2, "subscribe to order.created; send the email through this.#tellOnce");
  }

  /** Stops listening: no message is sent from now on. */
  stop(): void {
    todo(6, "unsubscribe whatever the constructor subscribed");
  }

  /** Sends the message of an event, unless it was sent before or the event is not news. */
  #tellOnce(event: BusEvent, send: () => unknown): unknown {
    if (event.replayed) todo(8, "send nothing: this event tells of the past");
    if (this.#told.has(event.id)) todo(7, "send nothing: return what was begun");
    const sending = send();
    this.#told.set(event.id, sending);
    return sending;
  }
}
