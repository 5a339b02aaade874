import type { BusEvent } from "#bus/contract";
import type {
  EmailSender,
  SendEmail,
} from "#given/02-events-and-listeners/given/listeners.ts";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";

/** Makes an email sender that sends through `sendEmail`. */
export function createEmailSender(sendEmail: SendEmail): EmailSender {
  const sendings = new Map<string, Promise<void>>();

  function sendOnce(event: BusEvent, send: () => unknown): Promise<void> {
    const begun = sendings.get(event.id);
    if (begun) return begun;
    const sending = promised(send);
    sendings.set(event.id, sending);
    sending.catch(() => sendings.delete(event.id));
    return sending;
  }

  return {
    welcome: (user, event) =>
      sendOnce(event, () =>
        sendEmail({
          to: user.email,
          subject: `Welcome, ${user.name}!`,
          text: "Your account is ready.",
        }),
      ),
    confirmOrder: (order, event) =>
      sendOnce(event, () =>
        sendEmail({
          to: order.email,
          subject: `Your order ${order.orderId}`,
          text: `Total: ${formatMoney(order.total)}`,
        }),
      ),
    sayGoodbye: (user, event) =>
      sendOnce(event, () =>
        sendEmail({
          to: user.email,
          subject: `Goodbye, ${user.name}`,
          text: "Your account is gone.",
        }),
      ),
  };
}

async function promised(send: () => unknown): Promise<void> {
  await send();
}
