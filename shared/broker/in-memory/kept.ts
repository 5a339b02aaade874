/** What the broker in memory keeps. */
import type { Fields } from "./wire.ts";

/** A message as the broker keeps it. */
export interface Kept {
  key: string;
  exchange: string;
  properties: Fields;
  content: Buffer;
  redelivered: boolean;
  /** In which order it came. */
  number: number;
}

export interface Consumer {
  tag: string;
  channel: Channel;
  queue: Queue;
  noAck: boolean;
  exclusive: boolean;
  prefetch: number;
  inHand: number;
}

export interface Exchange {
  type: string;
  durable: boolean;
  /** It goes with the last queue that is bound to it. */
  autoDelete: boolean;
  /** Nobody can publish to it. */
  internal: boolean;
  arguments: Fields;
}

export interface Queue {
  name: string;
  durable: boolean;
  autoDelete: boolean;
  owner: Connected | undefined;
  arguments: Fields;
  messages: Kept[];
  consumers: Consumer[];
}

export interface InHand {
  message: Kept;
  consumer: Consumer;
}

export interface Channel {
  number: number;
  line: Connected;
  confirms: boolean;
  published: number;
  /** Publishes whose answer is still to be said. */
  answers: { method: "BasicAck" | "BasicNack"; deliveryTag: number; isStored: boolean }[];
  prefetch: number;
  delivered: number;
  inHand: Map<number, InHand>;
  /** A publish whose content is still to come. */
  coming:
    | { fields: Fields; properties: Fields; size: number; parts: Buffer[] }
    | undefined;
}

/** A connection, as far as queues know it. */
export interface Connected {
  readonly channels: Map<number, Channel>;
  say(method: string, channel: number, fields: Fields, message?: Kept): void;
}

/** Why the broker closes a channel. */
export class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
