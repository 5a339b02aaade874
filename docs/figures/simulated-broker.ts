/** A RabbitMQ in the page: as much of a connection as the lesson's publisher and consumer use. */
import type { ChannelModel, ConsumeMessage } from "amqplib";

type Matches = (pattern: string, name: string) => boolean;
type Confirm = (error: unknown) => void;

interface Message extends ConsumeMessage {
  queue: string;
}

interface Consumer {
  channel: SimulatedChannel;
  hear: (message: ConsumeMessage) => void;
}

interface Queue {
  patterns: Set<string>;
  waiting: Message[];
  consumers: Consumer[];
}

/** Delivers only when it is told to, so that one can watch. */
export class SimulatedBroker {
  readonly #matches: Matches;
  readonly #queues = new Map<string, Queue>();
  readonly #channels = new Map<ChannelModel, SimulatedChannel[]>();

  /** @param matches how patterns of bindings match names */
  constructor(matches: Matches) {
    this.#matches = matches;
  }

  connect(): ChannelModel {
    const channels: SimulatedChannel[] = [];
    const open = async () => {
      const channel = new SimulatedChannel(this);
      channels.push(channel);
      return channel;
    };
    const close = async () => {};
    const on = () => {};
    const made = { createChannel: open, createConfirmChannel: open, close, on };
    const connection = made as unknown as ChannelModel;
    this.#channels.set(connection, channels);
    return connection;
  }

  /** The process behind a connection has died: what it had in hand goes back to the front. */
  drop(connection: ChannelModel): void {
    const dead = this.#channels.get(connection) ?? [];
    for (const queue of this.#queues.values()) {
      queue.consumers = queue.consumers.filter(({ channel }) => !dead.includes(channel));
    }
    for (const channel of dead) channel.close();
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

  /** Puts a copy into every queue one of whose patterns matches; returns their names. */
  route(key: string, content: Buffer, properties: object): string[] {
    const names = [...this.#queues].flatMap(([name, { patterns }]) =>
      [...patterns].some((pattern) => this.#matches(pattern, key)) ? [name] : [],
    );
    for (const queue of names) {
      const fields = { routingKey: key, redelivered: false };
      const message = { queue, content, properties, fields } as unknown as Message;
      this.queue(queue).waiting.push(message);
    }
    return names;
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
}

class SimulatedChannel {
  /** It is never blocked, so nobody needs to listen. */
  readonly connection = { on() {}, off() {}, setMaxListeners() {} };
  readonly #broker: SimulatedBroker;
  readonly inHand = new Set<Message>();
  #prefetch = Infinity;

  constructor(broker: SimulatedBroker) {
    this.#broker = broker;
  }

  get hasHandFree(): boolean {
    return this.inHand.size < this.#prefetch;
  }

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

  async consume(queue: string, hear: Consumer["hear"]) {
    this.#broker.queue(queue).consumers.push({ channel: this, hear });
    return { consumerTag: queue };
  }

  async cancel(queue: string): Promise<void> {
    const { consumers } = this.#broker.queue(queue);
    const at = consumers.findIndex(({ channel }) => channel === this);
    if (at >= 0) consumers.splice(at, 1);
  }

  publish(
    _exchange: string,
    key: string,
    content: Buffer,
    properties: object,
    confirm?: Confirm,
  ): boolean {
    this.#broker.route(key, content, properties);
    queueMicrotask(() => confirm?.(null));
    return true;
  }

  ack(message: Message): void {
    this.inHand.delete(message);
  }

  nack(message: Message, _all?: boolean, requeue = true): void {
    this.inHand.delete(message);
    if (requeue) this.#putBack(message);
  }

  reject(message: Message, requeue = true): void {
    this.nack(message, false, requeue);
  }

  async close(): Promise<void> {
    for (const message of [...this.inHand].reverse()) this.nack(message);
  }

  #putBack(message: Message): void {
    const fields = { ...message.fields, redelivered: true };
    this.#broker.queue(message.queue).waiting.unshift({ ...message, fields });
  }
}
