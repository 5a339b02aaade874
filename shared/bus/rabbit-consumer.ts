import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import * as rabbit from "#bus/rabbit-contract";

/** Takes events from a queue over one connection, and acknowledges each when its work is done. */
export class RabbitConsumer implements rabbit.EventConsumer {
  readonly #channel: Channel;
  readonly #options: Required<rabbit.ConsumerOptions>;
  readonly #work: rabbit.Work;
  readonly #inHand = new Set<Promise<void>>();
  #consumerTag = "";
  #lost = false;
  #closing: Promise<void> | undefined;

  /**
   * Opens a channel on the connection, makes the exchange and the queues if they are missing, and
   * begins to take events.
   *
   * @throws RangeError if `prefetch` is not a whole number of 1 or more
   * @throws Error if the exchange or a queue is there already, and was made differently
   */
  static async open(
    connection: ChannelModel,
    options: rabbit.ConsumerOptions,
    work: rabbit.Work,
  ): Promise<RabbitConsumer> {
    const settings = rabbit.consumerSettings(options);
    const { exchange, queue, patterns, prefetch } = settings;
    const channel = await connection.createChannel();
    const consumer = new RabbitConsumer(channel, settings, work);
    await channel.assertExchange(exchange, "topic", { durable: true });
    await channel.assertQueue(rabbit.deadLetterQueueOf(queue), { durable: true });
    await channel.assertQueue(queue, rabbit.queueOptions(queue));
    for (const pattern of patterns) await channel.bindQueue(queue, exchange, pattern);
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message) consumer.#receive(message);
      else consumer.#lose(new Error(`The queue ${queue} was deleted.`));
    });
    consumer.#consumerTag = consumerTag;
    return consumer;
  }

  private constructor(
    channel: Channel,
    options: Required<rabbit.ConsumerOptions>,
    work: rabbit.Work,
  ) {
    this.#channel = channel;
    this.#options = options;
    this.#work = work;
    let reason = new Error(`The channel of ${options.queue} was closed.`);
    channel.on("error", (error) => {
      reason = error;
    });
    channel.on("close", () => this.#lose(reason));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
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
      await this.#work(rabbit.readEvent(message.content), message);
      return true;
    } catch (error) {
      this.#options.onError(error, message);
      return false;
    }
  }

  #lose(reason: Error): void {
    if (this.#closing || this.#lost) return;
    this.#lost = true;
    this.#options.onLost(reason);
  }

  async #close(): Promise<void> {
    const cancelled = this.#channel.cancel(this.#consumerTag);
    await rabbit.unlessBlocked(this.#channel, cancelled);
    await Promise.all(this.#inHand);
    await rabbit.closeChannel(this.#channel);
  }
}
