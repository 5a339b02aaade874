/**
 * The words that everybody who speaks to RabbitMQ here shares: what a publisher and a consumer can
 * be told and what they do, whether they hold one connection or get a new one by themselves.
 */
import type { Channel, ConsumeMessage } from "amqplib";
import { type BusEvent, reportError } from "#bus/contract";

/** Is told, once, that something has ended which nobody here closed. */
export type OnLost = (reason: Error) => void;

/** What can be set when a connection is made. */
export interface ConnectOptions {
  /**
   * Seconds of silence after which a sign of life is sent; a broker that sends none for two or
   * three times as long counts as lost. 0 sends none, and notices nothing. Default: 10.
   */
  heartbeat?: number;
  /** Is told when the connection ends and nobody here closed it. Default: `reportLost`. */
  onLost?: OnLost;
}

/** Nobody answers, or the broker does not let us in. The message is one sentence. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
}

/**
 * The address of a broker. The URL is not repeated in the error: it may hold a password.
 *
 * @throws BrokerError if it is not such as `amqp://user:password@host:5672`
 */
export function brokerAddress(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  // What follows an unencoded #, / or ? in a password counts as the rest of the URL.
  const { protocol, hash = "", pathname = "", search = "" } = address ?? {};
  if (
    address &&
    /^amqps?:$/.test(protocol ?? "") &&
    !/[#@]/.test(pathname + search + hash)
  )
    return address;
  throw new BrokerError(
    "The URL of a broker is like amqp://user:password@host:5672. " +
      "In a password, write # as %23, / as %2F, ? as %3F and @ as %40.",
  );
}

/** What can be set when a publisher is opened. */
export interface PublisherOptions {
  /** The topic exchange that takes the events, such as `shop.events`. Is made if it is missing. */
  exchange: string;
  /** Whether an event that no queue is waiting for is an error. Default: false. */
  mandatory?: boolean;
  /** How many events may be on their way, sent but not confirmed. Default: 256. */
  window?: number;
}

/** Hands events over to a broker. */
export interface EventPublisher {
  /**
   * Resolves when the broker has stored the event in every queue that waits for it. Do not await
   * each one before the next: send many, and await them together.
   *
   * @throws UnroutableError if `mandatory` is set and no queue waits for the event
   * @throws Error if the broker refuses it, or is gone before it confirms: then the event may have
   *   arrived or not. Publish it again, with the same id.
   */
  publish(event: BusEvent): Promise<void>;

  /** Resolves when every event published so far is confirmed, or has failed. */
  flush(): Promise<void>;

  /** Takes no more events: `publish` then rejects. Waits for those before, and ends. */
  close(): Promise<void>;
}

/** An event that the exchange could put into no queue. */
export class UnroutableError extends Error {
  override readonly name = "UnroutableError";
  readonly event: BusEvent;

  constructor(event: BusEvent) {
    super(`No queue waits for ${event.name} (${event.id}).`);
    this.event = event;
  }
}

/** What can be set when a consumer is opened. */
export interface ConsumerOptions {
  /** The topic exchange that the events come through. Is made if it is missing. */
  exchange: string;
  /**
   * The queue to take events from. It is made if it is missing and outlives its consumers. Those
   * that name the same queue share its events.
   */
  queue: string;
  /** Which events the queue collects, such as `["user.*"]`. */
  patterns: readonly string[];
  /** How many events may be in hand at the same time. Default: 10. */
  prefetch?: number;
  /** Is told of work that failed and of messages that are no events. Default: `reportFailure`. */
  onError?: OnFailure;
  /**
   * Is told when no more events will come: the queue or the channel is gone. An `open` that fails
   * says so by rejecting; whether it tells `onLost` as well is open. Default: nobody.
   */
  onLost?: OnLost;
}

/** Is told what went wrong, and with which message. Must not throw. */
export type OnFailure = (error: unknown, message: ConsumeMessage) => void;

/**
 * What is done with an event. It counts as done when it returns, or when its promise resolves. If
 * it throws or rejects, the message goes to the dead-letter queue.
 */
export type Work = (event: BusEvent, message: ConsumeMessage) => unknown;

/** Takes events from a queue. */
export interface EventConsumer {
  /** Takes no more events, finishes those in hand, and ends. The queue goes on collecting. */
  close(): Promise<void>;
}

/** A way to a broker: over one connection, or over one that comes back by itself. */
export interface Broker {
  openPublisher(options: PublisherOptions): Promise<EventPublisher>;
  openConsumer(options: ConsumerOptions, work: Work): Promise<EventConsumer>;
  /** Deletes a queue and its dead-letter queue, unless somebody consumes from it. */
  removeQueue(queue: string): Promise<void>;
  /** Ends the connection. Close publishers and consumers first. */
  close(): Promise<void>;
}

/** Where a queue's messages go that nobody could handle. */
export function deadLetterQueueOf(queue: string): string {
  return `${queue}.dead`;
}

/**
 * Closes a channel. Resolves as well if the channel is closed already, or if the connection is lost
 * before the broker has answered: `channel.close()` by itself would then wait for ever.
 */
export function closeChannel(channel: Channel): Promise<void> {
  return new Promise((resolve) => {
    channel.once("close", resolve);
    channel.close().then(resolve, () => resolve());
  });
}

/** What happens to failures unless somebody asks for them: one readable line on stderr. */
export const reportFailure: OnFailure = (error, message) => {
  reportError(error, eventIn(message), message.fields.routingKey);
};

/** The event in a message; if it holds none, one that tells at least the name and the id. */
export function eventIn({ content, fields, properties }: ConsumeMessage): BusEvent {
  try {
    return readEvent(content);
  } catch {
    const id = String(properties.messageId ?? "no id");
    return Object.freeze({ id, name: fields.routingKey, data: undefined, timestamp: 0 });
  }
}

/** What happens to a lost connection unless somebody asks for it: one readable line on stderr. */
export const reportLost: OnLost = (reason) => {
  console.error(`The connection to the broker is lost: ${reason.message}`);
};

/**
 * The event that a message carries, frozen.
 *
 * @throws TypeError if the message is no event in JSON
 */
export function readEvent(content: Buffer): BusEvent {
  const value: unknown = parse(content);
  if (!isEvent(value)) {
    throw new TypeError(`The message is no event: ${content.toString("utf8", 0, 80)}`);
  }
  return Object.freeze(value);
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is BusEvent {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, timestamp } = value as Partial<Record<keyof BusEvent, unknown>>;
  return (
    typeof id === "string" && typeof name === "string" && typeof timestamp === "number"
  );
}
