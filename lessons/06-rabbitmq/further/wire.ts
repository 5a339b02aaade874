import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { addressOf } from "#broker/probe";

/** A line to the broker that can be cut, and falls silent when it is told to. */
export interface Wire {
  /** Connect to this instead of to the broker. */
  readonly url: string;
  /** Keeps back whatever the broker says from now on. */
  hold(): void;
  /** Ends the connection without a word, as a broken cable does. */
  cut(): void;
  close(): Promise<void>;
}

/** Lays a line to the broker at `brokerUrl`. */
export async function layWire(brokerUrl: string): Promise<Wire> {
  const sockets: Socket[] = [];
  let isHeld = false;
  const server = createServer((client) => {
    const broker = connect(addressOf(brokerUrl));
    sockets.push(client, broker);
    client.on("data", (data) => broker.write(data));
    broker.on("data", (data) => {
      if (!isHeld) client.write(data);
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
  const { port } = server.address() as { port: number };
  const url = new URL(brokerUrl);
  url.host = `127.0.0.1:${port}`;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    hold() {
      isHeld = true;
    },
    cut,
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
