import type { BusEvent, Listener } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";
import { formatMoney } from "#given/02-events-and-listeners/money.ts";
import { todo } from "#todo";

export interface Email {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** How an email leaves the shop. It may be async, and it may fail. */
export type SendEmail = (email: Email) => unknown;

/** Three listeners, each for one kind of event. */
export interface EmailSender {
  welcome: Listener<ShopEvents, "user.registered">;
  confirmOrder: Listener<ShopEvents, "order.created">;
  sayGoodbye: Listener<ShopEvents, "user.deleted">;
}

/** Makes an email sender that sends through `sendEmail`, one email per event and no more. */
export function createEmailSender(sendEmail: SendEmail): EmailSender {
  /** Each email that was sent or is on its way, by the id of its event. */
  const sendings = new Map<string, unknown>();

  function sendOnce(event: BusEvent, email: Email): unknown {
    if (sendings.has(event.id)) todo(7, "send nothing: return what was begun before");
    const sending = sendEmail(email);
    sendings.set(event.id, sending);
    return sending;
  }

  return {
    welcome: (user, event) => todo(1, "send a welcome to the new user with sendOnce"),
    confirmOrder: (order, event) => todo(2, "confirm the order with sendOnce"),
    sayGoodbye: (user, event) => todo(2, "say goodbye to the user with sendOnce"),
  };
}
