import { connectBroker } from "#bus/rabbit-broker";
import { RabbitBus } from "#bus/rabbit-bus";
import { connect } from "#bus/rabbit-connection";
import { deadLetterQueueOf } from "#bus/rabbit-contract";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { onErrorOf, type Surroundings, type Transport } from "../shop.ts";
import { type OpenBus, openThreeProcesses, urlOf } from "../three-processes.ts";

const file = "transports/rabbitmq-service.ts";

/** Lesson 6: three processes, each with queues of its own at a broker. */
export const rabbitmq: Transport = {
  name: "rabbitmq",
  about: "the broker of lesson 6: three processes",
  needs: "rabbitmq",
  promises: { keepsMessages: true, remembers: false },

  open: (around) => openThreeProcesses(around, file, openBus),

  async forget(around) {
    const connection = await connect(urlOf(around));
    const channel = await connection.createChannel();
    for (const service of ["orders", "notifications", "analytics"]) {
      for (const pattern of ["order.created", "order.paid"]) {
        const queue = `${around.name}.${service}.${pattern}.1`;
        await channel.deleteQueue(queue);
        await channel.deleteQueue(deadLetterQueueOf(queue));
      }
    }
    await channel.deleteExchange(around.name);
    await connection.close();
  },
};

/** A bus over a connection of its own, for one service. */
export async function openBus(around: Surroundings, service: string): Promise<OpenBus> {
  const broker = await connectBroker(urlOf(around));
  const bus = new RabbitBus<ShopEvents>(broker, {
    ...{ service: `${around.name}.${service}`, exchange: around.name },
    onError: onErrorOf(around),
  });
  return {
    bus,
    listen: () => bus.flush(),
    async close() {
      await bus.close();
      await broker.close();
    },
  };
}
