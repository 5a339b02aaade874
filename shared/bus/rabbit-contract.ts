/**
 * What those who speak to RabbitMQ here share: the options, errors and promises of a connection, a
 * publisher and a consumer, and a few small functions for those who write them.
 */
import type { EventEmitter } from "node:events";
import type { Channel, ConsumeMessage, Options } from "amqplib";
import { type BusEvent, isEvent, reportError, safely } from "#bus/contract";

/** Is called, once, when something has ended that nobody here closed. */
export type OnLost = (reason: Error) => unknown;

/** Options for a connection. */
export interface ConnectOptions {
  /**
   * Seconds of silence after which a sign of life is sent; a broker that sends none for two or
   * three times as long counts as lost. 0 sends none, and notices nothing. Default: what the URL
   * says, else 10.
   */
  heartbeat?: number;
  /** Is called when the connection ends and nobody here closed it. Default: one line on stderr. */
  onLost?: OnLost;
  /**
   * Is called when the broker has too little memory or disk: it then confirms nothing until that
   * is over. Default: one line on stderr.
   */
  onBlocked?: (reason: string) => unknown;
}

/** Nobody listens, or the broker does not let us in. The message is one line. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
}

/** Options for a publisher. */
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

  /** From now on, `publish` rejects. Waits for those before, unless the broker is blocked; ends. */
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

/** Options for a consumer. */
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
  /**
   * Is called with what went wrong and the message, when work failed or a message is not an event.
   * Nothing waits for what it returns. Default: one line on stderr.
   */
  onError?: OnFailure;
  /** Is called when no more events will come: the queue or the channel is gone. Default: nobody. */
  onLost?: OnLost;
}

export type OnFailure = (error: unknown, message: ConsumeMessage) => unknown;

/**
 * What is done with an event. It counts as done when it returns, or when its promise resolves. If
 * it throws or rejects, it has failed.
 */
export type Work = (event: BusEvent, message: ConsumeMessage) => unknown;

/** Takes events from a queue. */
export interface EventConsumer {
  /** Takes no more events, finishes those in hand, and ends. The queue goes on collecting. */
  close(): Promise<void>;
}

/** The options with their defaults. What they call may fail: that is printed, and nothing else stops. */
export function connectSettings(options: ConnectOptions) {
  const { heartbeat, onLost = reportLost, onBlocked = reportBlocked } = options;
  return {
    heartbeat,
    onLost: safely("onLost", onLost),
    onBlocked: safely("onBlocked", onBlocked),
  };
}

/** Options, each with its default where none was given. */
export type PublisherSettings = Required<PublisherOptions>;

/** @throws RangeError if the window is not a whole number of 1 or more */
export function publisherSettings(options: PublisherOptions): PublisherSettings {
  const { exchange, mandatory = false, window = 256 } = options;
  return { exchange, mandatory, window: counted("window", window) };
}

/** @throws RangeError if `prefetch` is not a whole number of 1 or more */
export function consumerSettings(options: ConsumerOptions): Required<ConsumerOptions> {
  const { prefetch = 10, onError = reportFailure, onLost = () => {} } = options;
  return {
    ...options,
    prefetch: counted("prefetch", prefetch),
    onError: safely("onError", onError),
    onLost: safely("onLost", onLost),
  };
}

/**
 * The address of a broker, with the heartbeat that is wanted: the one handed in, else the URL's,
 * else 10. The URL is not repeated in the error: it may hold a password.
 *
 * @throws BrokerError if the URL is not like `amqp://user:password@host:5672`
 */
export function brokerAddress(url: string, heartbeat?: number): URL {
  const address = addressIn(url, /^amqps?:$/);
  if (!address) {
    throw new BrokerError(
      `The URL of a broker is like amqp://user:password@host:5672. ${passwords}`,
    );
  }
  const wanted = heartbeat ?? address.searchParams.get("heartbeat") ?? 10;
  address.searchParams.set("heartbeat", String(wanted));
  return address;
}

/** Why `amqpConnect` was not let in, in a few words: the system's code, or what the broker said. */
export function reasonOf({ code, message }: Error & { code?: string }): string {
  // The broker says more, but amqplib keeps that to itself.
  if (message.startsWith("Expected ConnectionOpenOk"))
    return "it has no such virtual host, or does not let this user in there";
  return code ?? message;
}

/** What to say of a server's URL that cannot be read. */
export const passwords =
  "In a password, write # as %23, / as %2F, ? as %3F, @ as %40 and % as %25.";

/** A server's URL with such a protocol; undefined if it is not one, or holds a password as it is. */
export function addressIn(url: string, protocols: RegExp): URL | undefined {
  try {
    const address = new URL(url);
    const { protocol, hostname, pathname, search, hash, href } = address;
    decodeURIComponent(href);
    // What follows an unencoded #, / or ? in a password counts as the rest of the URL.
    const isWhole = !/[#@]/.test(pathname + search + hash);
    return isWhole && hostname !== "" && protocols.test(protocol) ? address : undefined;
  } catch {
    return undefined;
  }
}

/** Where a queue's messages go that nobody could handle. */
export function deadLetterQueueOf(queue: string): string {
  return `${queue}.dead`;
}

/** A queue that outlives the broker's restarts, and sends what is rejected to its dead-letter queue. */
export function queueOptions(queue: string): Options.AssertQueue {
  // The exchange without a name puts a message into the queue that its routing key names.
  const deadLetterRoutingKey = deadLetterQueueOf(queue);
  return { durable: true, deadLetterExchange: "", deadLetterRoutingKey };
}

/** Waits until the answer is there, resolved or rejected, but not while the broker is blocked. */
export function unlessBlocked(
  channel: Pick<Channel, "connection">,
  answer: Promise<unknown>,
): Promise<void> {
  const connection = channel.connection as unknown as EventEmitter & {
    blocked?: boolean;
  };
  // A bus closes all its consumers at once.
  connection.setMaxListeners(0);
  return new Promise((resolve) => {
    const done = () => {
      connection.off("blocked", done);
      resolve();
    };
    connection.on("blocked", done);
    answer.then(done, done);
    if (connection.blocked) done();
  });
}

/**
 * Closes a channel. Resolves as well if the channel is closed already, if the connection is lost
 * before the broker has answered, or if the broker is blocked: `channel.close()` by itself would
 * then wait for ever.
 */
export function closeChannel(channel: Channel): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    channel.once("close", resolve);
    channel.close().then(resolve, () => resolve());
  });
  return unlessBlocked(channel, closed);
}

/**
 * The event that a message carries, frozen.
 *
 * @throws TypeError if the message is not an event in JSON
 */
export function readEvent(content: Buffer): BusEvent {
  const value: unknown = parse(content);
  if (!isEvent(value)) {
    const start = content.toString("utf8", 0, 80);
    throw new TypeError(`The message is not an event: ${start}`);
  }
  return Object.freeze(value);
}

/** The event in a message; if it holds none, one that tells at least the name and the id. */
export function eventIn({ content, fields, properties }: ConsumeMessage): BusEvent {
  try {
    return readEvent(content);
  } catch {
    const id = String(properties.messageId ?? "no id");
    return Object.freeze({ id, name: fields.routingKey, data: undefined, timestamp: 0 });
  }
}

/** What happens to a lost connection by default. */
export const reportLost: OnLost = (reason) => {
  console.error(`The connection to the broker is lost: ${reason.message}`);
};

const reportBlocked = (reason: string) => {
  console.error(`The broker takes no more for now: ${reason}.`);
};

const reportFailure: OnFailure = (error, message) => {
  reportError(error, eventIn(message), message.fields.routingKey);
};

function counted(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(
    `${name} must be a whole number of 1 or more; got ${String(value)}.`,
  );
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch {
    return undefined;
  }
}
