import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { addressOf } from "#broker/probe";

/**
 * A line to the broker that can be listened to, held and cut. Checks connect through it to see
 * what goes over the wire, and to make happen what a broker seldom does when one is looking.
 */
export interface Wire {
  /** Connect to this instead of to the broker. */
  readonly url: string;
  /** What the client has sent so far, such as `basic.publish`, in order. */
  readonly sent: readonly string[];
  /** Why the broker closed channels, such as `PRECONDITION_FAILED - unknown delivery tag 7`. */
  readonly objections: readonly string[];
  /** What the client asked for when it connected: seconds between signs of life. */
  readonly heartbeat: number | undefined;
  /** What the client asked for when it connected: how many channels there may be. */
  readonly channelMax: number | undefined;
  /** Keeps everything back that the broker says, until `release`. */
  hold(): void;
  release(): void;
  /** Ends the connection without a word, as a broken cable does. */
  cut(): void;
  /** Says goodbye as a broker does that is being stopped. */
  sayGoodbye(): void;
  close(): Promise<void>;
}

/** The names of what a client says, by class and method; others are shown as numbers. */
const names: Record<string, string> = {
  "10.31": "connection.tune-ok",
  "10.50": "connection.close",
  "20.10": "channel.open",
  "20.40": "channel.close",
  "60.30": "basic.cancel",
  "60.40": "basic.publish",
  "60.80": "basic.ack",
  "60.90": "basic.reject",
  "60.120": "basic.nack",
};

/** Lays a line to the broker at `brokerUrl`. */
export async function layWire(brokerUrl: string): Promise<Wire> {
  const { host, port } = addressOf(brokerUrl);
  const sent: string[] = [];
  const objections: string[] = [];
  const sockets: Socket[] = [];
  let tuning: { channelMax: number; heartbeat: number } | undefined;
  let held: Buffer[] | undefined;

  const server = createServer((client) => {
    const broker = connect({ host, port });
    sockets.push(client, broker);
    const read = frameReader(greetingLength, (frame) => {
      const name = nameOf(frame);
      if (name === "connection.tune-ok") {
        tuning = { channelMax: frame.readUInt16BE(4), heartbeat: frame.readUInt16BE(10) };
      }
      if (name !== undefined) sent.push(name);
    });
    const readAnswer = frameReader(0, (frame) => {
      if (nameOf(frame) === "channel.close") objections.push(reasonIn(frame));
    });
    client.on("data", (data) => {
      read(data);
      broker.write(data);
    });
    broker.on("data", (data) => {
      readAnswer(data);
      if (held) held.push(data);
      else client.write(data);
    });
    for (const [one, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      one.setNoDelay(true);
      one.on("error", () => {});
      one.on("close", () => other.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = new URL(brokerUrl);
  url.host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;

  const clients = () => sockets.filter((_, index) => index % 2 === 0);
  return {
    url: url.href,
    sent,
    objections,
    get heartbeat() {
      return tuning?.heartbeat;
    },
    get channelMax() {
      return tuning?.channelMax;
    },
    hold() {
      held = [];
    },
    release() {
      const kept = held ?? [];
      held = undefined;
      for (const data of kept) for (const client of clients()) client.write(data);
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    sayGoodbye() {
      for (const client of clients()) client.write(goodbye());
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** What a client says before its first frame, in bytes. */
const greetingLength = 8;

/** Cuts a stream of bytes into frames and hands on what each method frame holds. */
function frameReader(
  toSkip: number,
  onMethod: (payload: Buffer) => void,
): (data: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (data) => {
    rest = Buffer.concat([rest, data]);
    if (toSkip > 0) {
      rest = rest.subarray(toSkip);
      toSkip = 0;
    }
    // kind (1 byte), channel (2), length (4), the payload, and one byte that ends the frame
    while (rest.length >= 7 && rest.length >= 8 + rest.readUInt32BE(3)) {
      const end = 7 + rest.readUInt32BE(3);
      if (rest[0] === 1) onMethod(rest.subarray(7, end));
      rest = rest.subarray(end + 1);
    }
  };
}

function nameOf(method: Buffer): string | undefined {
  const number = `${method.readUInt16BE(0)}.${method.readUInt16BE(2)}`;
  return names[number];
}

/** The words in a `channel.close`: behind class, method and code, their length and themselves. */
function reasonIn(method: Buffer): string {
  return method.toString("utf8", 7, 7 + method.readUInt8(6));
}

/** `connection.close` with code 320, which is what a broker sends when it is stopped. */
function goodbye(): Buffer {
  const text = "CONNECTION_FORCED - broker forced connection closure";
  const payload = Buffer.concat([
    Buffer.from([0, 10, 0, 50, 320 >> 8, 320 & 255, text.length]),
    Buffer.from(text),
    Buffer.from([0, 0, 0, 0]),
  ]);
  const head = Buffer.from([1, 0, 0, 0, 0, 0, payload.length]);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
}
