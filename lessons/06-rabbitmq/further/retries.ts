import type { ChannelModel, ConfirmChannel, ConsumeMessage } from "amqplib";
import { inWords, safely } from "#bus/contract";
import { deadLetterQueueOf, type Work } from "#bus/rabbit-contract";

/** A message that failed, and what becomes of it. */
export interface Failure {
  message: ConsumeMessage;
  reason: string;
  /** How often it has failed so far. */
  failures: number;
}

export interface RetriesOptions {
  /** The queue that the worker consumes from. */
  queue: string;
  /** How long to wait after the first failure, the second, …, in ms. Default: 1 s, 10 s, 1 min. */
  delays?: readonly number[];
  /** Is called with each failure that will be followed by another attempt. */
  onRetry?: (failure: Failure, delay: number) => unknown;
  /** Is called with each message that goes to the dead-letter queue. */
  onDead?: (failure: Failure) => unknown;
}

/**
 * Puts work that failed off. There is one queue for each delay: messages in it expire when the
 * delay is over, and the broker puts them back into the worker's queue. (One queue for all delays
 * will not do: only the first message of a queue can expire, so a long delay would hold up all
 * shorter ones behind it.) After the last delay the message goes to the dead-letter queue, with
 * the reason in its headers.
 */
export class Retries {
  readonly #options: Required<RetriesOptions>;
  #channel: ConfirmChannel | undefined;
  /** The ids of copies that came back, each as often as it did. */
  readonly #returned: unknown[] = [];

  constructor(options: RetriesOptions) {
    const { delays = [1_000, 10_000, 60_000], onRetry, onDead } = options;
    if (!delays.every((delay) => Number.isInteger(delay) && delay >= 0)) {
      throw new RangeError(`Delays are whole numbers of ms, 0 or more; got ${delays}.`);
    }
    this.#options = {
      queue: options.queue,
      delays,
      onRetry: safely("onRetry", onRetry ?? (() => {})),
      onDead: safely("onDead", onDead ?? (() => {})),
    };
  }

  /** The queue in which messages wait for a number of ms. */
  static queueFor(queue: string, delay: number): string {
    return `${queue}.retry.${delay}`;
  }

  /** Opens a channel on the connection and makes the queues. To be called anew on each new one. */
  async open(connection: ChannelModel): Promise<void> {
    const { queue, delays } = this.#options;
    const channel = await connection.createConfirmChannel();
    channel.on("error", () => {});
    channel.on("return", ({ properties }) => this.#returned.push(properties.messageId));
    await channel.assertQueue(deadLetterQueueOf(queue), { durable: true });
    for (const delay of delays) {
      await channel.assertQueue(Retries.queueFor(queue, delay), {
        durable: true,
        messageTtl: delay,
        deadLetterExchange: "",
        deadLetterRoutingKey: queue,
      });
    }
    this.#channel = channel;
  }

  /** The same work, but a failure counts as handled as soon as the message waits for its retry. */
  around(work: Work): Work {
    return async (event, message) => {
      try {
        await work(event, message);
      } catch (error) {
        await this.#putOff(error, message);
      }
    };
  }

  async #putOff(error: unknown, message: ConsumeMessage): Promise<void> {
    const { queue, delays, onRetry, onDead } = this.#options;
    const reason = inWords(error);
    const failures = failuresOf(message) + 1;
    const failure = { message, reason, failures };
    const delay = delays[failures - 1];
    if (delay === undefined) {
      await this.#send(deadLetterQueueOf(queue), failure);
      onDead(failure);
    } else {
      await this.#send(Retries.queueFor(queue, delay), failure);
      onRetry(failure, delay);
    }
  }

  /** Only when the copy is stored may the original be acknowledged. */
  #send(target: string, { message, reason, failures }: Failure): Promise<void> {
    const { messageId, contentType } = message.properties;
    const headers = { failures, reason };
    const options = {
      persistent: true,
      mandatory: true,
      messageId,
      contentType,
      headers,
    };
    return new Promise((resolve, reject) => {
      const channel = this.#channel;
      if (!channel) throw new Error("Retries.open was not called.");
      channel.sendToQueue(target, message.content, options, (error) => {
        const back = this.#returned.indexOf(messageId);
        if (back >= 0) this.#returned.splice(back, 1);
        if (back >= 0) reject(new Error(`No queue ${target}.`));
        else if (error) reject(error);
        else resolve();
      });
    });
  }
}

function failuresOf({ properties }: ConsumeMessage): number {
  const failures: unknown = properties.headers?.failures;
  return typeof failures === "number" ? failures : 0;
}
