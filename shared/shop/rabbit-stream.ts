import type { EventStream, StreamModule, StreamPlace } from "#bus/event-stream";
import { connect } from "#bus/rabbit-connection";
import { ReconnectingBroker } from "#given/06-rabbitmq/further/reconnecting-broker.ts";

const queueOf = ({ name }: StreamPlace, group: string) => `${name}.${group}`;

/** RabbitMQ as far as it can be a stream: what was handled is gone, so nothing can be replayed. */
export const openStream: StreamModule["openStream"] = async (place) => {
  const broker = new ReconnectingBroker(place.url, { onWaiting: () => {} });
  const exchange = place.name;
  const publisher = await broker.openPublisher({ exchange });
  const stream: EventStream = {
    append: (event) => publisher.publish(event),
    async follow(group, _member, handle) {
      const queue = queueOf(place, group);
      const patterns = ["#"];
      await broker.openConsumer({ exchange, queue, patterns, prefetch: 1 }, handle);
    },
    replay: () => Promise.reject(new Error("RabbitMQ keeps nothing to replay.")),
    bury: () => Promise.reject(new Error("RabbitMQ has dead-letter queues for that.")),
    close: () => broker.close(),
  };
  return stream;
};

export const removeStream: StreamModule["removeStream"] = async (place) => {
  const connection = await connect(place.url);
  const channel = await connection.createChannel();
  for (const end of ["", ".dead"]) {
    await channel.deleteQueue(queueOf(place, "workers") + end);
  }
  await channel.deleteExchange(place.name);
  await connection.close();
};
