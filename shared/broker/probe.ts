import { connect } from "node:net";

/** What a client says first: it speaks AMQP 0-9-1. */
const greeting = Buffer.from("AMQP\0\0\x09\x01", "latin1");
/** How the broker's answer, `connection.start`, begins: a method frame of class 10, method 10. */
const classAndMethod = Buffer.from([0, 10, 0, 10]);

/**
 * Whether a RabbitMQ answers at this URL. Never rejects. Of `amqps:` it only learns whether the
 * port is open.
 *
 * @param timeout in ms
 */
export function answers(url: string, timeout = 2_000): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const secure = protocol === "amqps:";
  const host = hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) || (secure ? 5671 : 5672) });
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeout, () => done(false));
    socket.on("error", () => done(false));
    socket.on("close", () => done(false));
    socket.on("connect", () => {
      if (secure) done(true);
      else socket.write(greeting);
    });
    // The frame's kind, channel and length take the first seven bytes.
    socket.on("data", (data) => done(data.subarray(7, 11).equals(classAndMethod)));
  });
}
