import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import {
  type ConsumerOptions,
  closeChannel,
  deadLetterQueueOf,
  type EventConsumer,
  readEvent,
  reportFailure,
  type Work,
} from "#bus/rabbit-contract";

/** Takes events from a queue over one connection, and acknowledges each when its work is done. */
export class RabbitConsumer implements EventConsumer {
  readonly #channel: Channel;
  readonly #options: Required<ConsumerOptions>;
  readonly #work: Work;
  readonly #inHand = new Set<Promise<void>>();
  #consumerTag = "";
  #lost = false;
  #closing: Promise<void> | undefined;

  /**
   * Opens a channel on the connection, makes the exchange and the queues if they are missing, and
   * begins to take events.
   *
   * @throws RangeError if `prefetch` is not a whole number, 1 or more
   * @throws Error if there is an exchange or a queue of such a name that was made differently
   */
  static async open(
    connection: ChannelModel,
    options: ConsumerOptions,
    work: Work,
  ): Promise<RabbitConsumer> {
    const { prefetch = 10, onError = reportFailure, onLost = () => {} } = options;
    if (!Number.isInteger(prefetch) || prefetch < 1) {
      throw new RangeError(
        `prefetch must be a whole number, 1 or more; got ${prefetch}.`,
      );
    }
    const channel = await connection.createChannel();
    const all = { ...options, prefetch, onError, onLost };
    const consumer = new RabbitConsumer(channel, all, work);
    await declareQueue(channel, options);
    await channel.prefetch(prefetch);
    await consumer.#consume();
    return consumer;
  }

  private constructor(channel: Channel, options: Required<ConsumerOptions>, work: Work) {
    this.#channel = channel;
    this.#options = options;
    this.#work = work;
    let reason = new Error(`The channel of ${options.queue} was closed.`);
    channel.on("error", (error) => {
      reason = error;
    });
    channel.on("close", () => this.#stopHearing(reason));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #consume(): Promise<void> {
    const { queue } = this.#options;
    const { consumerTag } = await this.#channel.consume(queue, (message) => {
      if (message) this.#receive(message);
      else this.#stopHearing(new Error(`The queue ${queue} was deleted.`));
    });
    this.#consumerTag = consumerTag;
  }

  #receive(message: ConsumeMessage): void {
    const handled = this.#handle(message);
    this.#inHand.add(handled);
    handled.then(() => this.#inHand.delete(handled));
  }

  async #handle(message: ConsumeMessage): Promise<void> {
    const done = await this.#attempt(message);
    try {
      if (done) this.#channel.ack(message);
      else this.#channel.reject(message, false);
    } catch {
      // The channel is gone: the broker still has the message, and will deliver it again.
    }
  }

  /** Whether the work was done. */
  async #attempt(message: ConsumeMessage): Promise<boolean> {
    try {
      await this.#work(readEvent(message.content), message);
      return true;
    } catch (error) {
      this.#options.onError(error, message);
      return false;
    }
  }

  #stopHearing(reason: Error): void {
    if (this.#closing || this.#lost) return;
    this.#lost = true;
    this.#options.onLost(reason);
  }

  async #close(): Promise<void> {
    // On a channel that is gone there is nothing to cancel.
    await this.#channel.cancel(this.#consumerTag).catch(() => {});
    await Promise.all(this.#inHand);
    await closeChannel(this.#channel);
  }
}

/** Makes whatever is missing. All of it is durable: it outlives its makers, and the broker's restarts. */
async function declareQueue(
  channel: Channel,
  { exchange, queue, patterns }: ConsumerOptions,
): Promise<void> {
  const deadLetterQueue = deadLetterQueueOf(queue);
  await channel.assertExchange(exchange, "topic", { durable: true });
  await channel.assertQueue(deadLetterQueue, { durable: true });
  await channel.assertQueue(queue, {
    durable: true,
    // The exchange without a name puts a message into the queue that its routing key names.
    deadLetterExchange: "",
    deadLetterRoutingKey: deadLetterQueue,
  });
  for (const pattern of patterns) await channel.bindQueue(queue, exchange, pattern);
}
