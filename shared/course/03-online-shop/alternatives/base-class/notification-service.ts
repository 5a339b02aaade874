import { setImmediate } from "node:timers/promises";
import type { Bus, EventOf } from "#bus/contract";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type { Senders } from "#given/03-online-shop/given/senders.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { BaseService } from "./base-service.ts";

export type { Email, Senders, Sms } from "#given/03-online-shop/given/senders.ts";

/** Sends a moment later, and lets the second delivery of an event try again if the first one fails. */
export class NotificationService extends BaseService {
  readonly #senders: Senders;
  readonly #sent = new Map<string, Promise<boolean>>();

  constructor(bus: Bus<ShopEvents>, senders: Senders) {
    super(bus);
    this.#senders = senders;
    this.keep(bus.subscribe("order.#", (_data, event) => this.#sendOnce(event)));
  }

  async #sendOnce(event: EventOf<ShopEvents>): Promise<void> {
    if (event.replayed) return;
    const before = this.#sent.get(event.id);
    let failure: unknown;
    const attempt = async () => {
      if (before && (await before)) return true;
      try {
        await setImmediate();
        await this.#send(event);
        return true;
      } catch (error) {
        failure = { error };
        return false;
      }
    };
    const sending = attempt();
    this.#sent.set(event.id, sending);
    if (!(await sending)) throw (failure as { error: unknown }).error;
  }

  #send({ name, data }: EventOf<ShopEvents>): unknown {
    const text = `№${data.orderId} (${formatMoney(data.total)})`;
    if (name === "order.paid") return this.#senders.sendSms({ to: data.phone, text });
    return this.#senders.sendEmail({ to: data.email, subject: "Thanks", text });
  }
}
