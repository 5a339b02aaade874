import type { BusEvent } from "#bus/contract";
import type {
  OrderCreated,
  UserDeleted,
  UserRegistered,
} from "#given/02-events-and-listeners/given/catalogue.ts";
import type {
  EmailSender,
  SendEmail,
} from "#given/02-events-and-listeners/given/listeners.ts";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";

/** A class, with methods that need their `this`. */
class MailingEmailSender {
  private sent: string[] = [];
  private last: Promise<void> = Promise.resolve();
  private send: SendEmail;

  constructor(send: SendEmail) {
    this.send = send;
  }

  welcome(user: UserRegistered, event: BusEvent) {
    return this.once(event.id, user.email, "Welcome", user.name);
  }

  confirmOrder(order: OrderCreated, event: BusEvent) {
    const text = `${order.orderId}: ${formatMoney(order.total)}`;
    return this.once(event.id, order.email, "Order", text);
  }

  sayGoodbye(user: UserDeleted, event: BusEvent) {
    return this.once(event.id, user.email, "Bye", user.name);
  }

  /** One email after the other, with a breath between: each waits until the one before has been sent, or has failed. */
  private once(id: string, to: string, subject: string, text: string) {
    const turn = this.last.then(async () => {
      if (this.sent.includes(id)) return;
      await this.send({ to, subject, text });
      if (this.sent.push(id) > 1_000) this.sent.shift();
    });
    const breathe = () => new Promise<void>((resume) => setImmediate(resume));
    this.last = turn.then(breathe, breathe);
    return turn;
  }
}

export function createEmailSender(sendEmail: SendEmail): EmailSender {
  return new MailingEmailSender(sendEmail);
}
