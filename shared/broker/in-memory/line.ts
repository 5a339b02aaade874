import type { Duplex } from "node:stream";
import { answerTo } from "./answers.ts";
import { type Channel, type Kept, Refusal } from "./kept.ts";
import type { Queues } from "./queues.ts";
import { defs, type Fields, type Frame, frames, names } from "./wire.ts";

/** What a connection asked for when it was opened. */
interface Greeting {
  user: string;
  password: string;
  heartbeat: number;
  virtualHost: string;
}

/** Something that the broker says. */
interface Said {
  method: string;
  bytes: Buffer;
  channel: number;
  deliveryTag: unknown;
  multiple: unknown;
}

/** What a client hears only if it has said that it can. */
const capabilities: Record<string, string> = {
  ConnectionBlocked: "connection.blocked",
  ConnectionUnblocked: "connection.blocked",
  BasicCancel: "consumer_cancel_notify",
};

const brokenRule: Pick<Refusal, "code" | "message"> = new Refusal(
  406,
  "PRECONDITION_FAILED - a rule was broken",
);

/** One connection, seen from the broker. */
export class Line {
  readonly channels = new Map<number, Channel>();
  /** What the client has sent so far, such as `BasicPublish`, in order. */
  readonly sent: string[] = [];
  /** The delivery tags of the publishes that the client was told the outcome of, by channel. */
  readonly told = new Map<number, Set<number>>();
  /** The channels that the client closed, and was told that they are. */
  readonly closed = new Set<number>();
  greeting: Greeting = {
    user: "",
    password: "",
    heartbeat: 0,
    virtualHost: "",
  };
  readonly #broker: Queues;
  readonly #stream: Duplex;
  #rest: Buffer = Buffer.alloc(0);
  #greeted = false;
  #can: Fields = {};
  /** While the line is held: what the broker says, kept back. */
  #held: Said[] | undefined;
  /** While the broker is blocked, it reads nothing. */
  #blocked = false;
  #over = false;

  constructor(broker: Queues, stream: Duplex) {
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
    const said = this.#held?.splice(0, count) ?? [];
    if (!this.#held?.length) this.#held = undefined;
    if (said.length > 0) this.#send(said);
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** Ends the connection without a word, as a broken cable does. */
  cut(): void {
    this.#held = undefined;
    this.#end();
    this.#stream.destroy();
  }

  /** Says goodbye as a broker does that is being stopped, or is told to end this connection. */
  sayGoodbye(why = "broker forced connection closure 'shutdown'"): void {
    this.say("ConnectionClose", 0, {
      replyCode: 320,
      replyText: `CONNECTION_FORCED - ${why}`,
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
  refuse(channel: number, { code, message } = brokenRule): void {
    const one = this.channels.get(channel);
    if (one) this.#broker.closeChannel(one);
    const why = { replyCode: code, replyText: message, classId: 0, methodId: 0 };
    this.say("ChannelClose", channel, why);
  }

  say(method: string, channel: number, fields: Fields, message?: Kept): void {
    const needed = capabilities[method];
    if (this.#over || (needed && !this.#can[needed])) return;
    const id = defs[method] ?? 0;
    const parts = [defs.encodeMethod(id, channel, fields)];
    if (message) {
      const { content, properties } = message;
      const props = defs.BasicProperties ?? 0;
      parts.push(defs.encodeProperties(props, channel, content.length, properties));
      if (content.length > 0) parts.push(frames.makeBodyFrame(channel, content));
    }
    const { deliveryTag, multiple } = fields;
    const said = { method, bytes: Buffer.concat(parts), channel, deliveryTag, multiple };
    this.#broker.activity += 1;
    if (this.#held) keep(said, this.#held);
    else this.#send([said]);
  }

  #send(said: Said[]): void {
    for (const { method, channel, deliveryTag, multiple } of said) {
      if (method === "ChannelCloseOk") this.closed.add(channel);
      if (!isConfirmation(method)) continue;
      const told = this.told.get(channel) ?? new Set();
      const last = Number(deliveryTag);
      for (let tag = multiple ? 1 : last; tag <= last; tag++) told.add(tag);
      this.told.set(channel, told);
    }
    this.#stream.write(Buffer.concat(said.map(({ bytes }) => bytes)));
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

  /**
   * Publishes that come together are answered together: what comes back is there before. What is
   * stored waits for the disk, and so is confirmed after all that is not.
   */
  #confirm(): void {
    for (const { number, answers } of this.channels.values()) {
      const say = (one: Channel["answers"][number], multiple: boolean) => {
        const { method, deliveryTag } = one;
        this.say(method, number, { deliveryTag, multiple, requeue: false });
      };
      const stored = answers.filter(({ isStored }) => isStored);
      for (const one of answers) if (!one.isStored) say(one, false);
      for (const one of stored.slice(-1)) say(one, stored.length > 1);
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
      const answer = answerTo(method, frame.fields, channel, this.#broker);
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
      this.#can =
        (fields.clientProperties as { capabilities?: Fields }).capabilities ?? {};
      const tuning = { channelMax: 2047, frameMax: 131_072, heartbeat: 60 };
      if (!this.#refuses(403)) this.say("ConnectionTune", 0, tuning);
    } else if (method === "ConnectionTuneOk") {
      this.greeting.heartbeat = Number(fields.heartbeat);
    } else if (method === "ConnectionOpen") {
      this.greeting.virtualHost = String(fields.virtualHost);
      if (!this.#refuses(530)) this.say("ConnectionOpenOk", 0, {});
    } else if (method === "ConnectionClose") {
      this.say("ConnectionCloseOk", 0, {});
      this.#end();
      setImmediate(() => this.#stream.end());
    } else if (method === "ChannelOpen") {
      this.closed.delete(channel);
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
    const method = isFull ? "BasicNack" : "BasicAck";
    channel.answers.push({ method, deliveryTag, isStored: answer === "stored" });
    setImmediate(() => this.#confirm());
  }
}

/** What comes back does so at once. A confirmation waits for the disk, and may come later. */
function keep(one: Said, held: Said[]): void {
  let place = held.length;
  if (one.method === "BasicReturn")
    while (isConfirmation(held[place - 1]?.method)) place -= 1;
  held.splice(place, 0, one);
}

function isConfirmation(method = ""): boolean {
  return method === "BasicAck" || method === "BasicNack";
}
