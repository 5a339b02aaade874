import type { ChannelModel } from "amqplib";
import { type BusEvent, inWords, safely } from "#bus/contract";
import { lazyTimers } from "#bus/lazy-timers";
import type { RetryOptions } from "#bus/queue-contract";
import { type Broker, removeQueue } from "#bus/rabbit-broker";
import { connect } from "#bus/rabbit-connection";
import { RabbitConsumer } from "#bus/rabbit-consumer";
import {
  type ConsumerOptions,
  type EventConsumer,
  type EventPublisher,
  type OnLost,
  type PublisherOptions,
  reportLost,
  unlessBlocked,
  type Work,
} from "#bus/rabbit-contract";
import { RabbitPublisher } from "#bus/rabbit-publisher";
import { retryDelay } from "#bus/worker";

export interface ReconnectingOptions extends RetryOptions {
  /** In seconds; see ConnectOptions. Default: 10. */
  heartbeat?: number;
  /** Is told each time a connection stands and everything is restored on it. */
  onConnected?: () => unknown;
  /** Is told why there is no connection, and in how many ms the next attempt will be made. */
  onWaiting?: (reason: Error, delay: number) => unknown;
}

/** Something that lives on a connection and has to be opened anew on each new one. */
export interface Lasting {
  /** @param onLost to be told when this part no longer works, although the connection may stand */
  restore(connection: ChannelModel, onLost: OnLost): Promise<void>;
}

/**
 * A broker whose connection comes back by itself, after delays that grow from attempt to attempt,
 * with all publishers and consumers that were opened here.
 */
export class ReconnectingBroker implements Broker {
  readonly #url: string;
  readonly #options: ReconnectingOptions;
  readonly #parts = new Set<Lasting>();
  #connection: ChannelModel | undefined;
  #fail: OnLost = () => {};
  #closed = false;
  #endWait = () => {};
  readonly #running: Promise<void>;
  /** Who waits for the next connection. */
  #waiting: { resolve: () => void; reject: OnLost }[] = [];

  constructor(url: string, options: ReconnectingOptions = {}) {
    this.#url = url;
    this.#options = options;
    this.#running = this.#run();
  }

  /** Opens a part now, and again on every new connection. Waits while there is none. */
  async keep(part: Lasting): Promise<void> {
    while (!this.#connection) {
      if (this.#closed) throw new Error("The broker was closed here.");
      await new Promise<void>((resolve, reject) => {
        this.#waiting.push({ resolve, reject });
      });
    }
    await part.restore(this.#connection, (reason) => this.#fail(reason));
    this.#parts.add(part);
  }

  async openPublisher(options: PublisherOptions): Promise<EventPublisher> {
    const publisher = new LastingPublisher(options, this, () =>
      this.#parts.delete(publisher),
    );
    await this.keep(publisher);
    return publisher;
  }

  async openConsumer(options: ConsumerOptions, work: Work): Promise<EventConsumer> {
    const forget = () => this.#parts.delete(consumer);
    const consumer = new LastingConsumer(options, work, forget);
    await this.keep(consumer);
    return consumer;
  }

  async removeQueue(queue: string): Promise<void> {
    if (this.#connection) await removeQueue(this.#connection, queue);
  }

  async unlessBlocked(answer: Promise<unknown>): Promise<void> {
    if (this.#connection) return unlessBlocked(this.#connection, answer);
    await Promise.allSettled([answer]);
  }

  /** Ends the connection and tries no more. Events that were not confirmed are lost. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#endWait();
    this.#fail(new Error("The broker was closed here."));
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#closed) {
      const reason = await this.#session(() => {
        failures = 0;
      });
      failures += 1;
      if (!this.#closed) await this.#wait(reason, failures);
    }
    for (const { reject } of this.#waiting)
      reject(new Error("The broker was closed here."));
  }

  /** One connection from beginning to end. Returns why it ended, or did not even begin. */
  async #session(onBegin: () => void): Promise<Error> {
    let connection: ChannelModel | undefined;
    const ended = new Promise<Error>((resolve) => {
      this.#fail = resolve;
    });
    const fail = this.#fail;
    try {
      const { heartbeat = 10 } = this.#options;
      connection = await connect(this.#url, { heartbeat, onLost: fail });
      for (const part of this.#parts) await part.restore(connection, fail);
      this.#connection = connection;
      onBegin();
      void safely("onConnected", this.#options.onConnected ?? (() => {}))();
      for (const { resolve } of this.#waiting.splice(0)) resolve();
      return await ended;
    } catch (error) {
      return error instanceof Error ? error : new Error(inWords(error));
    } finally {
      this.#connection = undefined;
      if (connection) await closeWithin(connection, 1_000);
    }
  }

  async #wait(reason: Error, failures: number): Promise<void> {
    const { onWaiting = reportLost } = this.#options;
    const delay = retryDelay(failures, this.#options);
    void safely("onWaiting", onWaiting)(reason, delay);
    await new Promise<void>((resolve) => {
      const timer = lazyTimers.setTimeout(resolve, delay);
      this.#endWait = () => {
        lazyTimers.clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A broker that is gone never answers: whoever says goodbye to it must not wait for long. */
async function closeWithin(connection: ChannelModel, limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  await Promise.race([connection.close().catch(() => {}), tooLong]);
  clearTimeout(timer);
}

interface Letter {
  event: BusEvent;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * What RabbitMQ 4 takes unless it is told otherwise, in bytes. A larger message ends its channel, and
 * would do so again on every new one.
 */
const largest = 16 * 1024 * 1024;

/** Keeps each event until it is confirmed, and sends it again over every new connection. */
class LastingPublisher implements EventPublisher, Lasting {
  readonly #options: PublisherOptions;
  readonly #broker: Broker;
  readonly #forget: () => void;
  readonly #outbox = new Map<Letter, Promise<void>>();
  #publisher: EventPublisher | undefined;
  #isClosed = false;
  #onLost: OnLost = () => {};

  constructor(options: PublisherOptions, broker: Broker, forget: () => void) {
    this.#options = options;
    this.#broker = broker;
    this.#forget = forget;
  }

  async restore(connection: ChannelModel, onLost: OnLost): Promise<void> {
    this.#publisher = await RabbitPublisher.open(connection, this.#options);
    this.#onLost = onLost;
    for (const letter of this.#outbox.keys()) this.#send(letter);
  }

  async publish(event: BusEvent): Promise<void> {
    if (Buffer.byteLength(JSON.stringify(event)) > largest)
      throw new RangeError(`${event.name} (${event.id}) has more than 16 MiB.`);
    let letter: Letter | undefined;
    const outcome = new Promise<void>((resolve, reject) => {
      letter = { event, resolve, reject };
    });
    if (letter) {
      this.#outbox.set(letter, outcome);
      this.#send(letter);
    }
    return outcome;
  }

  async flush(): Promise<void> {
    await Promise.allSettled(this.#outbox.values());
  }

  async close(): Promise<void> {
    await this.#broker.unlessBlocked(this.flush());
    this.#isClosed = true;
    this.#forget();
    await this.#publisher?.close();
  }

  #send(letter: Letter): void {
    const publisher = this.#publisher;
    if (!publisher) return;
    publisher.publish(letter.event).then(
      () => {
        if (this.#outbox.delete(letter)) letter.resolve();
      },
      (error: unknown) => {
        // The line is gone, and the event may have arrived or not: it stays, and is sent again.
        if (isLoss(error) && !this.#isClosed) {
          if (publisher === this.#publisher) this.#onLost(error);
        } else if (this.#outbox.delete(letter)) {
          letter.reject(error);
        }
      },
    );
  }
}

/** Whether a publish failed for want of a channel, and not because the broker refused the event. */
function isLoss(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return error.message === "channel closed" || error.name === "IllegalOperationError";
}

/** Consumes again on every new connection. */
class LastingConsumer implements EventConsumer, Lasting {
  readonly #options: ConsumerOptions;
  readonly #work: Work;
  readonly #forget: () => void;
  #consumer: EventConsumer | undefined;

  constructor(options: ConsumerOptions, work: Work, forget: () => void) {
    this.#options = options;
    this.#work = work;
    this.#forget = forget;
  }

  async restore(connection: ChannelModel, onLost: OnLost): Promise<void> {
    const options = { ...this.#options, onLost };
    this.#consumer = await RabbitConsumer.open(connection, options, this.#work);
  }

  async close(): Promise<void> {
    this.#forget();
    await this.#consumer?.close();
  }
}
