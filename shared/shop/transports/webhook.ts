import type { BusEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { QueuedBus } from "#bus/queued-bus";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { practiceSecret } from "#given/07-webhook/further/settings.ts";
import { sign } from "#given/07-webhook/further/sign.ts";
import { OrderService } from "#shop/order-service.ts";
import { ServiceProcess } from "../service-process.ts";
import type { Transport } from "../shop.ts";

/** Lesson 7: the orders are in one firm, and the other one is told by signed requests. */
export const webhook: Transport = {
  name: "webhook",
  about: "the webhook of lesson 7: to another firm, signed",
  promises: { keepsMessages: true, remembers: true },
  async open(around) {
    const firm = await ServiceProcess.start("transports/webhook-service.ts", around);
    const failures: unknown[] = [];
    // A queue tries again when the other firm does not answer.
    const outgoing = new QueuedBus(new EventBus<ShopEvents>(), {
      concurrency: 10,
      onError: (error) => failures.push(error),
    });
    const orders = new OrderService(outgoing);
    outgoing.subscribe("order.*", (_data, event) => post(firm.url ?? "", event));
    /** Resolves when the other firm has said of everything that it has it. */
    const answered = async () => {
      await outgoing.flush();
      const [failure] = failures.splice(0);
      if (failure) throw failure;
    };
    return {
      createOrder: (customer, items) => orders.createOrder(customer, items),
      async payOrder(orderId) {
        orders.payOrder(orderId);
        await answered();
      },
      figures: () => firm.figures(),
      async close() {
        await answered();
        await firm.close();
      },
    };
  },
};

async function post(url: string, event: BusEvent): Promise<void> {
  const { headers, body } = sign.stripe(practiceSecret, {
    id: event.id,
    time: Math.floor(Date.now() / 1_000),
    json: JSON.stringify(event),
  });
  const response = await fetch(url, { method: "POST", headers, body });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
}
