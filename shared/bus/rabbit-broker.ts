import type { ChannelModel } from "amqplib";
import { connect } from "#bus/rabbit-connection";
import { RabbitConsumer } from "#bus/rabbit-consumer";
import {
  type ConnectOptions,
  type ConsumerOptions,
  deadLetterQueueOf,
  type EventConsumer,
  type EventPublisher,
  type PublisherOptions,
  unlessBlocked,
  type Work,
} from "#bus/rabbit-contract";
import { RabbitPublisher } from "#bus/rabbit-publisher";

/** A way to a broker: over one connection, or over one that comes back by itself. */
export interface Broker {
  openPublisher(options: PublisherOptions): Promise<EventPublisher>;
  openConsumer(options: ConsumerOptions, work: Work): Promise<EventConsumer>;
  /** Deletes a queue and its dead-letter queue, unless somebody consumes from it. */
  removeQueue(queue: string): Promise<void>;
  /** Waits until the answer is there, resolved or rejected, but not while the broker is blocked. */
  unlessBlocked(answer: Promise<unknown>): Promise<void>;
  /** Ends the connection. Close publishers and consumers first. */
  close(): Promise<void>;
}

/**
 * A broker at the end of one connection. When that is lost, so are its publishers and consumers.
 *
 * @throws BrokerError if nobody listens at the URL, or the broker does not let us in
 */
export async function connectBroker(
  url: string,
  options: ConnectOptions = {},
): Promise<Broker> {
  const connection = await connect(url, options);
  return {
    openPublisher: (options) => RabbitPublisher.open(connection, options),
    openConsumer: (options, work) => RabbitConsumer.open(connection, options, work),
    removeQueue: (queue) => removeQueue(connection, queue),
    unlessBlocked: (answer) => unlessBlocked(connection, answer),
    close: () => connection.close(),
  };
}

/** Deletes a queue and its dead-letter queue, unless somebody consumes from it. */
export async function removeQueue(
  connection: ChannelModel,
  queue: string,
): Promise<void> {
  const channel = await connection.createChannel();
  // The broker's way to say "somebody consumes from it" is to close the channel.
  channel.on("error", () => {});
  try {
    await channel.deleteQueue(queue, { ifUnused: true });
    await channel.deleteQueue(deadLetterQueueOf(queue));
    await channel.close();
  } catch {
    // It is somebody else's now, and stays.
  }
}
