import { type Greeting, problemWith } from "./say-hello.ts";

/** Of AMQP 0-9-1; the answer, `connection.start`, is a method frame of class 10, method 10. */
const greeting: Greeting = {
  title: "RabbitMQ",
  hello: Buffer.from("AMQP\0\0\x09\x01", "latin1"),
  // The frame's kind, channel and length take the first seven bytes.
  isRight: (answer) => answer.subarray(7, 11).equals(Buffer.from([0, 10, 0, 10])),
};

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
 */
export function problemAt(url: string): Promise<string | undefined> {
  const isSecure = new URL(url).protocol === "amqps:";
  return problemWith(addressOf(url), isSecure ? undefined : greeting);
}
