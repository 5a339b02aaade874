import type { ChannelModel, ConfirmChannel } from "amqplib";
import type { BusEvent } from "#bus/contract";
import { EventQueue } from "#bus/event-queue";
import {
  closeChannel,
  type EventPublisher,
  type PublisherOptions,
  UnroutableError,
} from "#bus/rabbit-contract";

/** An event, and how to tell its producer what became of it. */
interface Letter {
  event: BusEvent;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Publishes events over one connection, and knows of each whether the broker has stored it. */
export class RabbitPublisher implements EventPublisher {
  readonly #channel: ConfirmChannel;
  readonly #options: Required<PublisherOptions>;
  /** Letters for which the window has no room yet. */
  readonly #waiting = new EventQueue<Letter>();
  /** How many letters are sent and not confirmed. */
  #onTheWay = 0;
  /** The ids of events that no queue wanted. The confirmation of each is still to come. */
  readonly #returned = new Set<string>();
  /** One for each letter, waiting or on the way. */
  readonly #outcomes = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;

  /**
   * Opens a channel on the connection, and makes the exchange if it is missing.
   *
   * @throws RangeError if the window is not a whole number, 1 or more
   * @throws Error if there is an exchange of this name that is no durable topic exchange
   */
  static async open(
    connection: ChannelModel,
    options: PublisherOptions,
  ): Promise<RabbitPublisher> {
    const { exchange, mandatory = false, window = 256 } = options;
    if (!Number.isInteger(window) || window < 1) {
      throw new RangeError(
        `The window must be a whole number, 1 or more; got ${window}.`,
      );
    }
    const channel = await connection.createConfirmChannel();
    // Every publish under way is told by its confirmation; without a listener for "error", a
    // channel that the broker closes would end the process.
    channel.on("error", () => {});
    await channel.assertExchange(exchange, "topic", { durable: true });
    return new RabbitPublisher(channel, { exchange, mandatory, window });
  }

  private constructor(channel: ConfirmChannel, options: Required<PublisherOptions>) {
    this.#channel = channel;
    this.#options = options;
    channel.on("return", ({ properties }) => this.#returned.add(properties.messageId));
  }

  publish(event: BusEvent): Promise<void> {
    const outcome = new Promise<void>((resolve, reject) => {
      this.#waiting.put({ event, resolve, reject });
    });
    this.#outcomes.add(outcome);
    const settled = () => this.#outcomes.delete(outcome);
    outcome.then(settled, settled);
    this.#sendWaiting();
    return outcome;
  }

  async flush(): Promise<void> {
    await Promise.allSettled(this.#outcomes);
  }

  close(): Promise<void> {
    this.#closing ??= this.flush().then(() => closeChannel(this.#channel));
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
    const confirmed = (error: unknown) => {
      this.#onTheWay -= 1;
      // The broker confirms what it gave back as well, and gives it back first.
      if (this.#returned.delete(event.id)) reject(new UnroutableError(event));
      else if (error) reject(error);
      else resolve();
      this.#sendWaiting();
    };
    try {
      const content = Buffer.from(JSON.stringify(event));
      const properties = {
        persistent: true,
        mandatory,
        messageId: event.id,
        contentType: "application/json",
      };
      this.#channel.publish(exchange, event.name, content, properties, confirmed);
      this.#onTheWay += 1;
    } catch (error) {
      reject(error);
    }
  }
}
