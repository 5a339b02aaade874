import { connect } from "node:net";

/** What a client says first: it speaks AMQP 0-9-1. */
const greeting = Buffer.from("AMQP\0\0\x09\x01", "latin1");
/** How the broker's answer, `connection.start`, begins: a method frame of class 10, method 10. */
const classAndMethod = Buffer.from([0, 10, 0, 10]);

/** Where a broker's URL leads, as `net.connect` takes it: an IPv6 address without brackets. */
export function addressOf(url: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (protocol === "amqps:" ? 5671 : 5672),
  };
}

/** Whether a RabbitMQ answers at this URL. Never rejects. */
export async function answers(url: string): Promise<boolean> {
  return (await problemAt(url)) === undefined;
}

/**
 * Why no RabbitMQ answers at this URL, or undefined where one does. Never rejects. Of `amqps:` it
 * only learns whether the port is open.
 *
 * @param timeout in ms
 */
export function problemAt(url: string, timeout = 2_000): Promise<string | undefined> {
  const { host, port } = addressOf(url);
  const place = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const secure = new URL(url).protocol === "amqps:";
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (problem?: string) => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(timeout, () => done(`nothing answers at ${place}`));
    socket.on("error", () => done(`nothing listens at ${place}`));
    socket.on("close", () => done(`${place} hung up`));
    socket.on("connect", () => {
      if (secure) done();
      else socket.write(greeting);
    });
    socket.on("data", (data) => {
      // The frame's kind, channel and length take the first seven bytes.
      if (data.subarray(7, 11).equals(classAndMethod)) done();
      else done(`something other than RabbitMQ listens at ${place}`);
    });
  });
}
