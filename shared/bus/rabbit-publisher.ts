import type { ChannelModel, ConfirmChannel } from "amqplib";
import type { BusEvent } from "#bus/contract";
import { EventQueue } from "#bus/event-queue";
import * as rabbit from "#bus/rabbit-contract";

/** An event, and the two functions that settle what `publish` returned. */
interface Letter {
  event: BusEvent;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Publishes events over one connection, and knows of each whether the broker has stored it. */
export class RabbitPublisher implements rabbit.EventPublisher {
  readonly #channel: ConfirmChannel;
  readonly #options: rabbit.PublisherSettings;
  /** Letters for which the window has no room yet. */
  readonly #waiting = new EventQueue<Letter>();
  /** How many letters are sent and not confirmed. */
  #onTheWay = 0;
  /** The ids of events that came back, each as often as it did. The confirmations are still to come. */
  readonly #returned: string[] = [];
  /** One for each letter, waiting or on the way. */
  readonly #outcomes = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;

  /**
   * Opens a channel on the connection, and makes the exchange if it is missing.
   *
   * @throws RangeError if the window is not a whole number of 1 or more
   * @throws Error if there is an exchange of this name that is not a durable topic exchange
   */
  static async open(
    connection: ChannelModel,
    options: rabbit.PublisherOptions,
  ): Promise<RabbitPublisher> {
    const settings = rabbit.publisherSettings(options);
    const channel = await connection.createConfirmChannel();
    const publisher = new RabbitPublisher(channel, settings);
    await channel.assertExchange(settings.exchange, "topic", { durable: true });
    return publisher;
  }

  private constructor(channel: ConfirmChannel, options: rabbit.PublisherSettings) {
    this.#channel = channel;
    this.#options = options;
    // A publish under way hears of the end by its confirmation. Without a listener for "error",
    // a channel that the broker closes would take the connection with it.
    channel.on("error", () => {});
    channel.on("return", ({ properties }) => this.#returned.push(properties.messageId));
  }

  publish(event: BusEvent): Promise<void> {
    if (this.#closing) return Promise.reject(new Error("This publisher is closed."));
    const outcome = new Promise<void>((resolve, reject) => {
      this.#waiting.put({ event, resolve, reject });
    });
    this.#outcomes.add(outcome);
    outcome.catch(() => {}).then(() => this.#outcomes.delete(outcome));
    this.#sendWaiting();
    return outcome;
  }

  async flush(): Promise<void> {
    await Promise.allSettled(this.#outcomes);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #sendWaiting(): void {
    while (this.#onTheWay < this.#options.window) {
      const letter = this.#waiting.tryTake();
      if (!letter) return;
      this.#send(letter);
    }
  }

  #send({ event, resolve, reject }: Letter): void {
    const { exchange, mandatory } = this.#options;
    try {
      const content = Buffer.from(JSON.stringify(event));
      const properties = { persistent: true, mandatory, messageId: event.id };
      this.#channel.publish(exchange, event.name, content, properties, (error) => {
        this.#onTheWay -= 1;
        // The broker confirms what it gave back as well, and gives it back first.
        const back = this.#returned.indexOf(event.id);
        if (back >= 0) this.#returned.splice(back, 1);
        if (back >= 0) reject(new rabbit.UnroutableError(event));
        else if (error) reject(error);
        else resolve();
        this.#sendWaiting();
      });
      this.#onTheWay += 1;
    } catch (error) {
      reject(error);
    }
  }

  async #close(): Promise<void> {
    await rabbit.unlessBlocked(this.#channel, this.flush());
    await rabbit.closeChannel(this.#channel);
  }
}
