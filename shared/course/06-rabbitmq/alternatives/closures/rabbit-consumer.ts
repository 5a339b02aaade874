import type { ChannelModel, ConsumeMessage } from "amqplib";
import {
  type ConsumerOptions,
  closeChannel,
  consumerSettings,
  deadLetterQueueOf,
  type EventConsumer,
  readEvent,
  unlessBlocked,
  type Work,
} from "#bus/rabbit-contract";

/** Promise chains instead of async functions, and a counter instead of a set. */
export class RabbitConsumer implements EventConsumer {
  readonly close: () => Promise<void>;

  private constructor(close: () => Promise<void>) {
    this.close = close;
  }

  static async open(
    connection: ChannelModel,
    options: ConsumerOptions,
    work: Work,
  ): Promise<RabbitConsumer> {
    const settings = consumerSettings(options);
    const { queue, exchange, patterns, prefetch, onError } = settings;
    let onLost: typeof settings.onLost | undefined = settings.onLost;
    const lose = (reason: Error) => {
      const tell = onLost;
      onLost = undefined;
      tell?.(reason);
    };
    const channel = await connection.createChannel();
    channel.on("error", lose);
    channel.on("close", () => lose(new Error("The channel is gone.")));

    let inHand = 0;
    let empty = () => {};
    const settle = (message: ConsumeMessage, done: boolean) => {
      quietly(() => (done ? channel.ack(message) : channel.nack(message, false, false)));
      inHand -= 1;
      if (inHand === 0) empty();
    };
    const receive = (message: ConsumeMessage | null) => {
      if (message === null) return lose(new Error(`${queue} is gone.`));
      inHand += 1;
      Promise.resolve(message.content)
        .then(readEvent)
        .then((event) => work(event, message))
        .then(
          () => settle(message, true),
          (error) => {
            onError(error, message);
            settle(message, false);
          },
        );
    };

    await makeQueues(connection, queue, exchange, patterns);
    await channel.prefetch(prefetch, false);
    const { consumerTag } = await channel.consume(queue, receive, { noAck: false });

    let closed: Promise<void> | undefined;
    return new RabbitConsumer(() => {
      onLost = undefined;
      closed ??= unlessBlocked(channel, channel.cancel(consumerTag))
        .then(
          () =>
            new Promise<void>((resolve) => {
              if (inHand === 0) resolve();
              else empty = resolve;
            }),
        )
        .then(() => closeChannel(channel));
      return closed;
    });
  }
}

/** On a channel of its own, which is closed again. */
async function makeQueues(
  connection: ChannelModel,
  queue: string,
  exchange: string,
  patterns: readonly string[],
): Promise<void> {
  const channel = await connection.createChannel();
  channel.on("error", () => {});
  const dead = deadLetterQueueOf(queue);
  const names = { "x-dead-letter-routing-key": dead, "x-dead-letter-exchange": "" };
  await Promise.all([
    channel.assertExchange(exchange, "topic"),
    channel.assertQueue(dead),
    channel.assertQueue(queue, { arguments: names }),
  ]);
  await Promise.all(
    patterns.map((pattern) => channel.bindQueue(queue, exchange, pattern)),
  );
  await channel.close();
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // Nobody is there to be told.
  }
}
