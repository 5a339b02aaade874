import { isDeepStrictEqual } from "node:util";
import { matches } from "#bus/wildcards";
import {
  type Channel,
  type Connected,
  type Consumer,
  type Exchange,
  type InHand,
  type Kept,
  type Queue,
  Refusal,
} from "./kept.ts";
import type { Fields } from "./wire.ts";

/** Exchanges, queues, and what is in hand: the broker without its lines. */
export class Queues {
  readonly exchanges = new Map<string, Exchange>();
  readonly queues = new Map<string, Queue>();
  readonly lines: Connected[] = [];
  /** What was published, in the order in which it came, stored anywhere or not. */
  readonly published: (Kept & {
    line: Connected;
    answer: "stored" | "returned" | "refused";
  })[] = [];
  /** With `[403, "ACCESS_REFUSED - …"]` nobody is let in; with 530, into no virtual host. */
  refuses: [code: number, text: string] | undefined;
  /** How often anything went over any line. */
  activity = 0;
  #bindings: { exchange: string; queue: string; pattern: string }[] = [];
  #counted = 0;

  /** No two are the same. */
  newNumber(): number {
    return ++this.#counted;
  }

  /** Forgets what is neither durable nor persistent, as a restart does. */
  forget(): void {
    for (const [name, { durable }] of this.exchanges)
      if (!durable) this.exchanges.delete(name);
    for (const [name, queue] of this.queues) {
      if (!queue.durable) this.queues.delete(name);
      queue.messages = queue.messages.filter(
        ({ properties }) => properties.deliveryMode === 2,
      );
    }
    this.#forgetBindings();
  }

  /** What waits in a queue; those in somebody's hands do not count. */
  waiting(queue: string): Kept[] {
    return this.queues.get(queue)?.messages ?? [];
  }

  /** Messages that somebody has in hand and has not answered. */
  inHand(): (InHand & { channel: Channel })[] {
    return this.lines.flatMap(({ channels }) =>
      [...channels.values()].flatMap((channel) =>
        [...channel.inHand.values()].map((one) => ({ ...one, channel })),
      ),
    );
  }

  deleteQueue(name: string): number {
    const queue = this.queues.get(name);
    if (!queue) return 0;
    this.queues.delete(name);
    this.#forgetBindings();
    for (const { tag, channel } of queue.consumers)
      channel.line.say("BasicCancel", channel.number, { consumerTag: tag, nowait: true });
    return queue.messages.length;
  }

  deleteExchange(name: string): void {
    this.exchanges.delete(name);
    this.#forgetBindings();
  }

  bind(exchange: string, queue: string, pattern: string): void {
    const one = { exchange, queue, pattern };
    if (!this.exchanges.has(exchange))
      throw new Refusal(404, `NOT_FOUND - no exchange '${exchange}'`);
    if (!this.queues.has(queue))
      throw new Refusal(404, `NOT_FOUND - no queue '${queue}'`);
    if (
      !this.#bindings.some(
        (other) => String(Object.values(other)) === `${exchange},${queue},${pattern}`,
      )
    )
      this.#bindings.push(one);
  }

  declareExchange(name: string, fields: Fields): void {
    const known = this.exchanges.get(name);
    const wanted = {
      type: String(fields.type),
      durable: fields.durable === true,
      autoDelete: fields.autoDelete === true,
      internal: fields.internal === true,
      arguments: (fields.arguments ?? {}) as Fields,
    };
    if (!known && fields.passive)
      throw new Refusal(404, `NOT_FOUND - no exchange '${name}'`);
    if (known && !fields.passive && !isDeepStrictEqual(known, wanted))
      throw new Refusal(
        406,
        `PRECONDITION_FAILED - inequivalent arg 'type' for exchange '${name}'`,
      );
    if (!known) this.exchanges.set(name, wanted);
  }

  declareQueue(fields: Fields, owner?: Connected): Queue {
    const name = String(fields.queue) || `amq.gen-${this.newNumber()}`;
    const known = this.queues.get(name);
    if (fields.passive) {
      if (known) return known;
      throw new Refusal(404, `NOT_FOUND - no queue '${name}'`);
    }
    const wanted = {
      durable: fields.durable === true,
      autoDelete: fields.autoDelete === true,
      arguments: fields.arguments as Fields,
    };
    if (known) {
      const same =
        known.durable === wanted.durable &&
        known.autoDelete === wanted.autoDelete &&
        isDeepStrictEqual(known.arguments, wanted.arguments);
      if (same) return known;
      throw new Refusal(
        406,
        `PRECONDITION_FAILED - inequivalent arg for queue '${name}'`,
      );
    }
    const queue: Queue = {
      ...wanted,
      name,
      owner: fields.exclusive ? owner : undefined,
      messages: [],
      consumers: [],
    };
    this.queues.set(name, queue);
    return queue;
  }

  /** Puts a message into the queues that it is for; a full one refuses it. */
  route(message: Omit<Kept, "number" | "redelivered">): {
    routed: number;
    isFull: boolean;
  } {
    const all = [...this.queues.values()];
    const type = this.exchanges.get(message.exchange)?.type;
    const to = all.filter(({ name }) =>
      message.exchange === ""
        ? name === message.key
        : this.#bindings.some(
            ({ exchange, queue, pattern }) =>
              exchange === message.exchange &&
              queue === name &&
              (type === "topic"
                ? matches(pattern, message.key)
                : pattern === message.key),
          ),
    );
    const hasRoom = (queue: Queue) =>
      queue.arguments["x-overflow"] !== "reject-publish" ||
      queue.messages.length < Number(queue.arguments["x-max-length"]);
    for (const queue of to.filter(hasRoom)) {
      queue.messages.push({ ...message, redelivered: false, number: this.newNumber() });
      this.deliver(queue);
    }
    return { routed: to.length, isFull: !to.every(hasRoom) };
  }

  /** Gives what waits to those who have a free hand, in turns. */
  deliver(queue: Queue): void {
    for (;;) {
      const free = queue.consumers.find(
        ({ prefetch, inHand }) => prefetch === 0 || inHand < prefetch,
      );
      const message = free && queue.messages.shift();
      if (!free || !message) return;
      queue.consumers.push(...queue.consumers.splice(queue.consumers.indexOf(free), 1));
      hand(free, message);
    }
  }

  /** Where a message goes that was in hand. */
  settle(channel: Channel, tag: number, how: "done" | "back" | "dead"): void {
    const one = channel.inHand.get(tag);
    if (!one) return;
    channel.inHand.delete(tag);
    const { message, consumer } = one;
    const { queue } = consumer;
    consumer.inHand -= 1;
    // With a queue goes whatever of it is in somebody's hands.
    if (this.queues.get(queue.name) !== queue) return;
    if (how === "back") {
      queue.messages.push({ ...message, redelivered: true });
      queue.messages.sort((left, right) => left.number - right.number);
    }
    const exchange = queue.arguments["x-dead-letter-exchange"];
    if (how === "dead" && exchange !== undefined) {
      const key = String(queue.arguments["x-dead-letter-routing-key"] ?? message.key);
      this.route({ ...message, exchange: String(exchange), key });
    }
    this.deliver(queue);
  }

  closeChannel(channel: Channel): void {
    channel.line.channels.delete(channel.number);
    for (const queue of this.queues.values())
      queue.consumers = queue.consumers.filter((one) => one.channel !== channel);
    for (const tag of [...channel.inHand.keys()]) this.settle(channel, tag, "back");
  }

  closeLine(line: Connected): void {
    for (const channel of [...line.channels.values()]) this.closeChannel(channel);
    for (const [name, { owner }] of this.queues)
      if (owner === line) this.queues.delete(name);
    if (this.lines.includes(line)) this.lines.splice(this.lines.indexOf(line), 1);
  }

  #forgetBindings(): void {
    this.#bindings = this.#bindings.filter(
      ({ exchange, queue }) => this.exchanges.has(exchange) && this.queues.has(queue),
    );
  }
}

function hand(consumer: Consumer, message: Kept): void {
  const { channel, tag: consumerTag, noAck } = consumer;
  const deliveryTag = ++channel.delivered;
  if (!noAck) {
    channel.inHand.set(deliveryTag, { message, consumer });
    consumer.inHand += 1;
  }
  const { key: routingKey, exchange, redelivered } = message;
  const fields = { consumerTag, deliveryTag, routingKey, exchange, redelivered };
  channel.line.say("BasicDeliver", channel.number, fields, message);
}
