import type { BusEvent } from "#bus/contract";
import type {
  EmailSender,
  SendEmail,
} from "#given/02-events-and-listeners/given/listeners.ts";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import { todo } from "#todo";

/** Makes an email sender that sends through `sendEmail`. */
export function createEmailSender(sendEmail: SendEmail): EmailSender {
  function sendOnce(event: BusEvent, send: () => unknown): unknown {
    // Step 6: an event that comes again sends no second email.
    return send();
  }

  return {
    welcome: (user, event) => todo(1, "send a welcome to the new user with sendOnce"),
    confirmOrder: (order, event) => todo(1, "confirm the order with sendOnce"),
    sayGoodbye: (user, event) => todo(1, "say goodbye to the user with sendOnce"),
  };
}
