/**
 * A broker in memory that speaks RabbitMQ's own protocol, so that the real client talks to it. It
 * knows as much as lesson 6 needs; `real-days.test.ts` there holds it to the real one. What goes over its
 * lines can be held back, cut and looked at.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { ChannelModel } from "amqplib";
import { Line } from "./in-memory/line.ts";
import { Queues } from "./in-memory/queues.ts";
import { Connection, Model, pair } from "./in-memory/wire.ts";

export type { Line } from "./in-memory/line.ts";

export class StandIn extends Queues {
  declare readonly lines: Line[];

  /** Connects without a socket. */
  async connect(): Promise<{ connection: ChannelModel; line: Line }> {
    const [here, there] = pair();
    const line = new Line(this, there);
    const connection = new Connection(here);
    const wishes = {
      clientProperties: {
        capabilities: { consumer_cancel_notify: true, "connection.blocked": true },
      },
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
    this.forget();
  }
}
