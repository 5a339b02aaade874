import { connectBroker } from "#bus/rabbit-broker";
import { RabbitBus } from "#bus/rabbit-bus";
import { connect } from "#bus/rabbit-connection";
import { deadLetterQueueOf } from "#bus/rabbit-contract";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { OrderService } from "#shop/order-service.ts";
import { ServiceProcess } from "../service-process.ts";
import { type OpenShop, onErrorOf, type Surroundings, type Transport } from "../shop.ts";

const file = "transports/rabbitmq-service.ts";

/** Lesson 6: three processes, each with queues of its own at a broker. */
export const rabbitmq: Transport = {
  name: "rabbitmq",
  about: "the broker of lesson 6: three processes",
  needsBroker: true,
  promises: { keepsMessages: true, remembers: false },

  async open(around): Promise<OpenShop> {
    const [notifications, analytics] = await Promise.all([
      ServiceProcess.start({ file, service: "notifications" }, around),
      ServiceProcess.start({ file, service: "analytics" }, around),
    ]);
    const { bus, close } = await openBus(around, "orders");
    const orders = new OrderService(bus);
    await bus.flush();
    return {
      createOrder: (customer, items) => orders.createOrder(customer, items),
      async payOrder(orderId) {
        orders.payOrder(orderId);
        await bus.flush();
      },
      figures: () => analytics.figures(),
      async close() {
        await close();
        await Promise.all([notifications.close(), analytics.close()]);
      },
    };
  },

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
export async function openBus(around: Surroundings, service: string) {
  const broker = await connectBroker(urlOf(around));
  const bus = new RabbitBus<ShopEvents>(broker, {
    ...{ service: `${around.name}.${service}`, exchange: around.name },
    onError: onErrorOf(around),
  });
  return {
    bus,
    async close() {
      await bus.close();
      await broker.close();
    },
  };
}

function urlOf({ brokerUrl }: Surroundings): string {
  if (brokerUrl === undefined) throw new Error("This shop needs a RabbitMQ.");
  return brokerUrl;
}
