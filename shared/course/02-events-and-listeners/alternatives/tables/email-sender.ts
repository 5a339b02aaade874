import type { BusEvent } from "#bus/contract";
import type {
  Email,
  EmailSender,
  SendEmail,
} from "#given/02-events-and-listeners/given/listeners.ts";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";

type State = { sent: boolean; attempt?: Promise<unknown> | undefined };

/** What stands in each email, and one function that sends any of them. */
export function createEmailSender(sendEmail: SendEmail): EmailSender {
  const states: Map<string, State> = new Map();

  async function deliver(id: string, email: Email): Promise<void> {
    const state = states.get(id) ?? { sent: false };
    states.set(id, state);
    if (state.attempt) await state.attempt;
    if (state.sent) return;
    state.attempt = Promise.resolve().then(() => sendEmail(email));
    try {
      await state.attempt;
      state.sent = true;
    } finally {
      state.attempt = undefined;
    }
  }

  const listener =
    <Data>(template: (data: Data) => [to: string, subject: string, ...lines: string[]]) =>
    (data: Data, { id }: BusEvent) => {
      const [to, subject, ...lines] = template(data);
      return deliver(id, { to, subject, text: lines.join("\n") });
    };

  return {
    welcome: listener(({ email, name }) => [email, "Welcome to the shop", "Hello", name]),
    confirmOrder: listener(({ email, orderId, total }) => [
      email,
      "We have your order",
      `Number: ${orderId}`,
      `It costs ${formatMoney(total)}, and 0.00 UAH to send.`,
    ]),
    sayGoodbye: listener(({ email, name }) => [email, "Goodbye", "So long,", name]),
  };
}
