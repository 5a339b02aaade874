/** A RabbitMQ in the page: as much of it as publisher and consumer use until they are closed. */
import type { ChannelModel, ConsumeMessage } from "amqplib";

interface Message extends ConsumeMessage {
  queue: string;
}

type Hear = (message: ConsumeMessage) => void;

interface Queue {
  patterns: Set<string>;
  waiting: Message[];
  consumers: { channel: SimulatedChannel; hear: Hear }[];
}

/** Delivers only when it is told to, so that one can watch. */
export class SimulatedBroker {
  readonly #matches: (pattern: string, name: string) => boolean;
  readonly #queues = new Map<string, Queue>();

  /** @param matches how patterns of bindings match names */
  constructor(matches: (pattern: string, name: string) => boolean) {
    this.#matches = matches;
  }

  /** Where a connection is closed, or its process has died, what it had in hand goes back. */
  connect(): ChannelModel {
    const channels: SimulatedChannel[] = [];
    const open = async () => {
      const channel = new SimulatedChannel(this);
      channels.push(channel);
      return channel;
    };
    const close = async () => {
      for (const channel of channels) this.#forget(channel);
    };
    const made = { createChannel: open, createConfirmChannel: open, close, on() {} };
    return made as unknown as ChannelModel;
  }

  queue(name: string): Queue {
    const queue = this.#queues.get(name) ?? {
      patterns: new Set(),
      waiting: [],
      consumers: [],
    };
    this.#queues.set(name, queue);
    return queue;
  }

  /** Puts a copy into every queue one of whose patterns matches. */
  route(key: string, content: Buffer, properties: object): void {
    for (const [queue, { patterns, waiting }] of this.#queues) {
      if (![...patterns].some((pattern) => this.#matches(pattern, key))) continue;
      const fields = { routingKey: key, redelivered: false };
      waiting.push({ queue, content, properties, fields } as unknown as Message);
    }
  }

  /** Hands the oldest message to the first consumer with a free hand; false if there is none. */
  deliver(queue: string): boolean {
    const { waiting, consumers } = this.queue(queue);
    const free = consumers.find(({ channel }) => channel.hasHandFree);
    const message = free && waiting.shift();
    if (!message) return false;
    free.channel.inHand.add(message);
    // Who was served goes to the end of the line.
    consumers.push(...consumers.splice(consumers.indexOf(free), 1));
    free.hear(message);
    return true;
  }

  #forget(gone: SimulatedChannel): void {
    for (const queue of this.#queues.values())
      queue.consumers = queue.consumers.filter(({ channel }) => channel !== gone);
    for (const message of [...gone.inHand].reverse()) {
      const fields = { ...message.fields, redelivered: true };
      this.queue(message.queue).waiting.unshift({ ...message, fields });
    }
  }
}

class SimulatedChannel {
  readonly #broker: SimulatedBroker;
  readonly inHand = new Set<Message>();
  #prefetch = Infinity;

  constructor(broker: SimulatedBroker) {
    this.#broker = broker;
  }

  get hasHandFree(): boolean {
    return this.inHand.size < this.#prefetch;
  }

  /** Nothing ever goes wrong here, so nobody needs to hear of it. */
  on(): this {
    return this;
  }

  once(): this {
    return this;
  }

  async assertExchange(): Promise<void> {}

  async assertQueue(name: string): Promise<void> {
    this.#broker.queue(name);
  }

  async bindQueue(queue: string, _exchange: string, pattern: string): Promise<void> {
    this.#broker.queue(queue).patterns.add(pattern);
  }

  async prefetch(count: number): Promise<void> {
    this.#prefetch = count;
  }

  async consume(queue: string, hear: Hear) {
    this.#broker.queue(queue).consumers.push({ channel: this, hear });
    return { consumerTag: queue };
  }

  publish(
    _exchange: string,
    key: string,
    content: Buffer,
    properties: object,
    confirm: (error: unknown) => void,
  ): boolean {
    this.#broker.route(key, content, properties);
    queueMicrotask(() => confirm(null));
    return true;
  }

  ack(message: Message): void {
    this.inHand.delete(message);
  }
}
