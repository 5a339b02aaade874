import type { BusEvent } from "#bus/contract";
import type {
  EmailSender,
  SendEmail,
} from "#given/02-events-and-listeners/given/listeners.ts";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";

/** Makes an email sender that sends through `sendEmail`. */
export function createEmailSender(sendEmail: SendEmail): EmailSender {
  /** Each email that was sent or is on its way, by the id of its event. */
  const sendings = new Map<string, Promise<unknown>>();

  function sendOnce(event: BusEvent, send: () => unknown): Promise<unknown> {
    const begun = sendings.get(event.id);
    if (begun) return begun;
    // Sends when the promise is in the map already.
    const sending = Promise.resolve().then(send);
    sendings.set(event.id, sending);
    // Nothing was sent, so whoever tries again must not be turned away.
    sending.catch(() => sendings.delete(event.id));
    return sending;
  }

  return {
    welcome: (user, event) =>
      sendOnce(event, () =>
        sendEmail({
          to: user.email,
          subject: `Welcome, ${user.name}!`,
          text: `Hello ${user.name},\nyour account is ready.`,
        }),
      ),
    confirmOrder: (order, event) =>
      sendOnce(event, () =>
        sendEmail({
          to: order.email,
          subject: `Your order ${order.orderId}`,
          text: `Thank you for your order.\nTotal: ${formatMoney(order.total)}`,
        }),
      ),
    sayGoodbye: (user, event) =>
      sendOnce(event, () =>
        sendEmail({
          to: user.email,
          subject: `Goodbye, ${user.name}`,
          text: `Dear ${user.name},\nyour account is deleted, and so is your data.`,
        }),
      ),
  };
}
