/**
 * A broker in memory that speaks RabbitMQ's own protocol, so that the real client talks to it. It
 * knows as much as lesson 6 needs; `real-days.test.ts` there holds it to the real one. What goes over its
 * lines can be held back, cut and looked at.
 */
import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import type { ChannelModel } from "amqplib";
import { matches } from "#bus/wildcards";

type Fields = Record<string, unknown>;
interface Frame {
  id?: number;
  channel: number;
  size?: number;
  fields: Fields;
  content?: Buffer;
}
interface Codec {
  defs: Record<string, number> & {
    encodeMethod(id: number, channel: number, fields: Fields): Buffer;
    encodeProperties(id: number, channel: number, size: number, fields: Fields): Buffer;
  };
  frames: {
    HEARTBEAT: unknown;
    parseFrame(bytes: Buffer, max: number): { rest: Buffer } | false;
    decodeFrame(frame: { rest: Buffer }): Frame;
    makeBodyFrame(channel: number, content: Buffer): Buffer;
  };
}

// The client's own codec: what it cannot read and write, no learner can say.
const library = createRequire(fileURLToPath(import.meta.resolve("amqplib")));
const { defs, frames }: Codec = {
  defs: library("./lib/defs.js"),
  frames: library("./lib/frame.js"),
};
const { Connection } = library("./lib/connection.js");
const Model = library("./lib/channel_model.js").ChannelModel;
/** Such as `BasicPublish`, by the number that goes over the line. */
const names = new Map(
  Object.entries(defs)
    .filter(([name, id]) => typeof id === "number" && /^[A-Z][a-z]+[A-Z][a-z]/.test(name))
    .map(([name, id]) => [id, name]),
);

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

interface Consumer {
  tag: string;
  channel: Channel;
  queue: Queue;
  noAck: boolean;
  exclusive: boolean;
  prefetch: number;
  inHand: number;
}

interface Exchange {
  type: string;
  durable: boolean;
  /** It goes with the last queue that is bound to it. */
  autoDelete: boolean;
  arguments: Fields;
}

interface Queue {
  name: string;
  durable: boolean;
  autoDelete: boolean;
  owner: Line | undefined;
  arguments: Fields;
  messages: Kept[];
  consumers: Consumer[];
}

interface InHand {
  message: Kept;
  consumer: Consumer;
}

interface Channel {
  number: number;
  line: Line;
  confirms: boolean;
  published: number;
  /** Publishes whose answer is still to be said. */
  answers: { method: "BasicAck" | "BasicNack"; deliveryTag: number }[];
  prefetch: number;
  delivered: number;
  inHand: Map<number, InHand>;
  /** A publish whose content is still to come. */
  coming:
    | { fields: Fields; properties: Fields; size: number; parts: Buffer[] }
    | undefined;
}

/** What a connection asked for when it was opened. */
export interface Greeting {
  user: string;
  password: string;
  heartbeat: number;
  channelMax: number;
  virtualHost: string;
}

/** Why the broker closes a channel. */
class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export class StandIn {
  readonly exchanges = new Map<string, Exchange>();
  readonly queues = new Map<string, Queue>();
  readonly lines: Line[] = [];
  /** What was published, in the order in which it came, stored anywhere or not. */
  readonly published: (Kept & {
    line: Line;
    answer: "stored" | "returned" | "refused";
  })[] = [];
  /** With `[403, "ACCESS_REFUSED - …"]` nobody is let in; with 530, into no virtual host. */
  refuses: [code: number, text: string] | undefined;
  /** How often anything went over any line. */
  activity = 0;
  #bindings: { exchange: string; queue: string; pattern: string }[] = [];
  #counted = 0;

  /** Connects without a socket. */
  async connect(): Promise<{ connection: ChannelModel; line: Line }> {
    const [here, there] = pair();
    const line = new Line(this, there);
    const connection = new Connection(here);
    const wishes = {
      clientProperties: {},
      mechanism: "PLAIN",
      response: Buffer.from("\0guest\0guest"),
      locale: "en_US",
      channelMax: 0,
      frameMax: 131_072,
      heartbeat: 0,
      virtualHost: "/",
    };
    await new Promise((resolve, reject) =>
      connection.open(wishes, (error: unknown) =>
        error ? reject(error) : resolve(undefined),
      ),
    );
    return { connection: new Model(connection), line };
  }

  /** Listens at a port of this machine, for those who connect by URL. */
  async listen(host = "127.0.0.1"): Promise<{ port: number; close(): Promise<void> }> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.setNoDelay(true).on("error", () => {}));
      new Line(this, socket);
    }).listen(0, host);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return {
      port,
      async close() {
        for (const socket of sockets) socket.destroy();
        server.close();
        await once(server, "close");
      },
    };
  }

  /** Everybody is cut off, and what is neither durable nor persistent is forgotten. */
  restart(): void {
    for (const line of [...this.lines]) line.cut();
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
      arguments: (fields.arguments ?? {}) as Fields,
    };
    if (!known && fields.passive)
      throw new Refusal(404, `NOT_FOUND - no exchange '${name}'`);
    if (known && !fields.passive && JSON.stringify(known) !== JSON.stringify(wanted))
      throw new Refusal(
        406,
        `PRECONDITION_FAILED - inequivalent arg 'type' for exchange '${name}'`,
      );
    if (!known) this.exchanges.set(name, wanted);
  }

  declareQueue(fields: Fields, owner?: Line): Queue {
    const name = String(fields.queue) || `amq.gen-${++this.#counted}`;
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
        JSON.stringify(known.arguments) === JSON.stringify(wanted.arguments);
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
      queue.messages.push({ ...message, redelivered: false, number: ++this.#counted });
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

  closeLine(line: Line): void {
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

/** One connection, seen from the broker. */
export class Line {
  readonly channels = new Map<number, Channel>();
  /** What the client has sent so far, such as `BasicPublish`, in order. */
  readonly sent: string[] = [];
  /** Why the broker closed channels. */
  readonly objections: string[] = [];
  greeting: Greeting = {
    user: "",
    password: "",
    heartbeat: 0,
    channelMax: 0,
    virtualHost: "",
  };
  readonly #broker: StandIn;
  readonly #stream: Duplex;
  #rest: Buffer = Buffer.alloc(0);
  #greeted = false;
  /** While the line is held: what the broker says, kept back. */
  #held: Buffer[] | undefined;
  /** While the broker is blocked, it reads nothing. */
  #blocked = false;
  #over = false;

  constructor(broker: StandIn, stream: Duplex) {
    this.#broker = broker;
    this.#stream = stream;
    broker.lines.push(this);
    stream.on("data", (bytes: Buffer) => this.#hear(bytes));
    stream.on("error", () => {});
    stream.on("close", () => this.#end());
    stream.on("end", () => this.#end());
  }

  /** Keeps everything back that the broker says, until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  /** Lets go of what is held, in one piece: of all, or of the first few things that the broker said. */
  release(count = Infinity): void {
    const bytes = Buffer.concat(this.#held?.splice(0, count) ?? []);
    if (!this.#held?.length) this.#held = undefined;
    if (bytes.length > 0) this.#stream.write(bytes);
  }

  /** Ends the connection without a word, as a broken cable does. */
  cut(): void {
    this.#end();
    this.#stream.destroy();
  }

  /** Says goodbye as a broker does that is being stopped. */
  sayGoodbye(): void {
    this.say("ConnectionClose", 0, {
      replyCode: 320,
      replyText: "CONNECTION_FORCED - broker forced connection closure 'shutdown'",
      classId: 0,
      methodId: 0,
    });
    this.#end();
  }

  /** Too little memory or disk: the broker says so, and reads nothing until `unblock`. */
  block(reason = "low on memory"): void {
    this.say("ConnectionBlocked", 0, { reason });
    this.#blocked = true;
  }

  unblock(): void {
    this.say("ConnectionUnblocked", 0, {});
    this.#blocked = false;
    this.#hear(Buffer.alloc(0));
  }

  /** Closes a channel by force, as for a client that broke a rule. */
  refuse(channel: number, { code, message }: { code: number; message: string }): void {
    const one = this.channels.get(channel);
    if (one) this.#broker.closeChannel(one);
    this.objections.push(message);
    const why = { replyCode: code, replyText: message, classId: 0, methodId: 0 };
    this.say("ChannelClose", channel, why);
  }

  say(method: string, channel: number, fields: Fields, message?: Kept): void {
    if (this.#over) return;
    const id = defs[method] ?? 0;
    const parts = [defs.encodeMethod(id, channel, fields)];
    if (message) {
      const { content, properties } = message;
      const props = defs.BasicProperties ?? 0;
      parts.push(defs.encodeProperties(props, channel, content.length, properties));
      if (content.length > 0) parts.push(frames.makeBodyFrame(channel, content));
    }
    const bytes = Buffer.concat(parts);
    this.#broker.activity += 1;
    if (this.#held) this.#held.push(bytes);
    else this.#stream.write(bytes);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#broker.closeLine(this);
  }

  #hear(bytes: Buffer): void {
    this.#broker.activity += 1;
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (!this.#greeted && this.#rest.length >= 8) {
      this.#greeted = true;
      const isPlain = this.#rest.toString("latin1", 0, 4) === "AMQP";
      this.#rest = this.#rest.subarray(8);
      if (isPlain) this.#start();
      else this.cut();
    }
    // What it answers comes in one piece.
    const isHeld = this.#held !== undefined;
    this.hold();
    while (this.#greeted && !this.#blocked && !this.#over) {
      const frame = frames.parseFrame(this.#rest, 1e9);
      if (!frame) break;
      this.#rest = frame.rest;
      const decoded = frames.decodeFrame(frame);
      if (decoded !== frames.HEARTBEAT) this.#take(decoded);
    }
    if (!isHeld) this.release();
  }

  /** Publishes that come together are answered together: what comes back is there before. */
  #confirm(): void {
    for (const { number, answers } of this.channels.values()) {
      for (const [at, { method, deliveryTag }] of answers.entries()) {
        if (answers[at + 1]?.method === method) continue;
        const multiple = answers[at - 1]?.method === method;
        this.say(method, number, { deliveryTag, multiple, requeue: false });
      }
      answers.length = 0;
    }
  }

  #start(): void {
    const serverProperties = {
      product: "stand-in",
      capabilities: {
        publisher_confirms: true,
        "basic.nack": true,
        "connection.blocked": true,
        consumer_cancel_notify: true,
      },
    };
    this.say("ConnectionStart", 0, {
      versionMajor: 0,
      versionMinor: 9,
      serverProperties,
      mechanisms: Buffer.from("PLAIN"),
      locales: Buffer.from("en_US"),
    });
  }

  #take(frame: Frame): void {
    const channel = this.channels.get(frame.channel);
    if (frame.content) {
      this.#takeContent(channel, frame.content);
      return;
    }
    const method = names.get(frame.id ?? 0) ?? "";
    if (frame.id === defs.BasicProperties) {
      if (!channel?.coming) return;
      channel.coming.properties = frame.fields;
      channel.coming.size = Number(frame.size);
      if (frame.size === 0) this.#takeContent(channel, Buffer.alloc(0));
      return;
    }
    this.sent.push(method);
    if (!channel) {
      this.#takeGreeting(method, frame);
      return;
    }
    try {
      const answer = this.#answer(method, frame.fields, channel);
      if (answer && !frame.fields.nowait) this.say(...answer);
      if (method === "BasicConsume") this.#deliverAll();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(channel.number, error);
    }
  }

  #deliverAll(): void {
    for (const queue of this.#broker.queues.values()) this.#broker.deliver(queue);
  }

  #takeGreeting(method: string, { channel, fields }: Frame): void {
    if (method === "ConnectionStartOk") {
      const [, user = "", password = ""] = String(fields.response).split("\0");
      Object.assign(this.greeting, { user, password });
      const tuning = { channelMax: 2047, frameMax: 131_072, heartbeat: 60 };
      if (!this.#refuses(403)) this.say("ConnectionTune", 0, tuning);
    } else if (method === "ConnectionTuneOk") {
      const { heartbeat, channelMax } = fields;
      Object.assign(this.greeting, { heartbeat, channelMax });
    } else if (method === "ConnectionOpen") {
      this.greeting.virtualHost = String(fields.virtualHost);
      if (!this.#refuses(530)) this.say("ConnectionOpenOk", 0, {});
    } else if (method === "ConnectionClose") {
      this.say("ConnectionCloseOk", 0, {});
      this.#end();
      setImmediate(() => this.#stream.end());
    } else if (method === "ChannelOpen") {
      this.channels.set(channel, {
        number: channel,
        line: this,
        confirms: false,
        published: 0,
        answers: [],
        prefetch: 0,
        delivered: 0,
        inHand: new Map(),
        coming: undefined,
      });
      this.say("ChannelOpenOk", channel, { channelId: Buffer.alloc(0) });
    }
  }

  /** Refuses whoever wants in, where the broker is to do so with this code. */
  #refuses(code: number): boolean {
    const [replyCode, replyText] = this.#broker.refuses ?? [];
    if (replyCode !== code) return false;
    this.say("ConnectionClose", 0, { replyCode, replyText, classId: 0, methodId: 0 });
    return true;
  }

  /** What the broker answers on a channel; undefined where it says nothing. */
  #answer(
    method: string,
    fields: Fields,
    channel: Channel,
  ): [method: string, channel: number, fields: Fields] | undefined {
    const broker = this.#broker;
    const { number } = channel;
    const ok = (answer: Fields = {}): [string, number, Fields] => [
      `${method}Ok`,
      number,
      answer,
    ];
    const settle = (how: "done" | "back" | "dead") => {
      const tag = Number(fields.deliveryTag);
      const tags = fields.multiple
        ? [...channel.inHand.keys()].filter((one) => tag === 0 || one <= tag)
        : [tag];
      if (!fields.multiple && !channel.inHand.has(tag))
        throw new Refusal(406, `PRECONDITION_FAILED - unknown delivery tag ${tag}`);
      for (const one of tags) broker.settle(channel, one, how);
    };
    switch (method) {
      case "ChannelClose":
        broker.closeChannel(channel);
        return ok();
      case "ConfirmSelect":
        channel.confirms = true;
        return ok();
      case "ExchangeDeclare":
        broker.declareExchange(String(fields.exchange), fields);
        return ok();
      case "ExchangeDelete":
        broker.deleteExchange(String(fields.exchange));
        return ok();
      case "QueueDeclare": {
        const { name, messages, consumers } = broker.declareQueue(fields, this);
        return ok({
          queue: name,
          messageCount: messages.length,
          consumerCount: consumers.length,
        });
      }
      case "QueueBind":
        broker.bind(
          String(fields.exchange),
          String(fields.queue),
          String(fields.routingKey),
        );
        return ok();
      case "QueueDelete":
        return ok({ messageCount: broker.deleteQueue(String(fields.queue)) });
      case "BasicQos":
        channel.prefetch = Number(fields.prefetchCount);
        return ok();
      case "BasicConsume": {
        const queue = broker.queues.get(String(fields.queue));
        if (!queue) throw new Refusal(404, `NOT_FOUND - no queue '${fields.queue}'`);
        const { consumers } = queue;
        const exclusive = fields.exclusive === true;
        if (consumers.some((one) => exclusive || one.exclusive))
          throw new Refusal(
            403,
            `ACCESS_REFUSED - queue '${queue.name}' in exclusive use`,
          );
        const tag = String(fields.consumerTag) || `tag-${number}-${consumers.length}`;
        const { prefetch } = channel;
        const noAck = fields.noAck === true;
        consumers.push({ tag, channel, queue, noAck, exclusive, prefetch, inHand: 0 });
        return ok({ consumerTag: tag });
      }
      case "BasicCancel":
        for (const queue of broker.queues.values())
          queue.consumers = queue.consumers.filter(
            (one) => one.channel !== channel || one.tag !== fields.consumerTag,
          );
        return ok({ consumerTag: fields.consumerTag });
      case "BasicAck":
        settle("done");
        return undefined;
      case "BasicNack":
      case "BasicReject":
        settle(fields.requeue ? "back" : "dead");
        return undefined;
      case "BasicPublish":
        channel.coming = { fields, properties: {}, size: 0, parts: [] };
        return undefined;
      default:
        return undefined;
    }
  }

  #takeContent(channel: Channel | undefined, part: Buffer): void {
    const coming = channel?.coming;
    if (!channel || !coming) return;
    coming.parts.push(part);
    const content = Buffer.concat(coming.parts);
    if (content.length < coming.size) return;
    channel.coming = undefined;
    const { fields, properties } = coming;
    const [exchange, key] = [String(fields.exchange), String(fields.routingKey)];
    const { number } = channel;
    if (exchange !== "" && !this.#broker.exchanges.has(exchange)) {
      this.refuse(number, {
        code: 404,
        message: `NOT_FOUND - no exchange '${exchange}'`,
      });
      return;
    }
    const message = { exchange, key, properties, content };
    const { routed, isFull } = this.#broker.route(message);
    const answer = isFull ? "refused" : routed > 0 ? "stored" : "returned";
    const kept = { ...message, redelivered: false, number: 0 };
    this.#broker.published.push({ ...kept, line: this, answer });
    if (routed === 0 && fields.mandatory) {
      const why = { replyCode: 312, replyText: "NO_ROUTE", exchange, routingKey: key };
      this.say("BasicReturn", number, why, kept);
    }
    if (!channel.confirms) return;
    const deliveryTag = ++channel.published;
    channel.answers.push({ method: isFull ? "BasicNack" : "BasicAck", deliveryTag });
    setImmediate(() => this.#confirm());
  }
}

/** Two ends of one line: what is written at one end is read at the other, a little later. */
function pair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const push = (to: number, bytes: Buffer | null) =>
    setImmediate(() => {
      const end = ends[to];
      if (end && !end.destroyed && !end.readableEnded) end.push(bytes);
    });
  for (const other of [1, 0]) {
    ends.push(
      new Duplex({
        read() {},
        write(bytes, _encoding, done) {
          push(other, bytes);
          done();
        },
        final(done) {
          push(other, null);
          done();
        },
        destroy(error, done) {
          push(other, null);
          done(error);
        },
      }),
    );
  }
  return ends as [Duplex, Duplex];
}
