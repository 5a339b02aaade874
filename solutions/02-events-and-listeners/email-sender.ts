import type { BusEvent, Listener } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";
import { formatMoney } from "#given/02-events-and-listeners/money.ts";

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
  const sendings = new Map<string, Promise<void>>();

  function sendOnce(event: BusEvent, email: Email): Promise<void> {
    const begun = sendings.get(event.id);
    if (begun) return begun;
    const sending = send(email);
    sendings.set(event.id, sending);
    // Nothing was sent, so whoever tries again must not be turned away.
    sending.catch(() => sendings.delete(event.id));
    return sending;
  }

  /** Always a promise, even if `sendEmail` fails at once. */
  async function send(email: Email): Promise<void> {
    await sendEmail(email);
  }

  return {
    welcome: ({ name, email }, event) =>
      sendOnce(event, {
        to: email,
        subject: `Welcome, ${name}!`,
        text: `Hello ${name},\nyour account is ready.`,
      }),
    confirmOrder: ({ orderId, email, total }, event) =>
      sendOnce(event, {
        to: email,
        subject: `Your order ${orderId}`,
        text: `Thank you for order ${orderId}.\nTotal: ${formatMoney(total)}`,
      }),
    sayGoodbye: ({ name, email }, event) =>
      sendOnce(event, {
        to: email,
        subject: `Goodbye, ${name}`,
        text: `Dear ${name},\nyour account has been deleted, and so has your data.`,
      }),
  };
}
