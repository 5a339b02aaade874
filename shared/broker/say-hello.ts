import { connect } from "node:net";

/** How long an answer may take, in ms. */
const PATIENCE = 2_000;

/** What a client says first, and how the answer of the right server begins. */
export interface Greeting {
  hello: string | Buffer;
  isRight(answer: Buffer): boolean;
  /** Such as `RabbitMQ`. */
  title: string;
}

/**
 * Why no such server answers there, or undefined where one does. Never rejects. Without a greeting
 * it only learns whether the port is open.
 */
export function problemWith(
  { host, port }: { host: string; port: number },
  greeting: Greeting | undefined,
): Promise<string | undefined> {
  const place = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (problem?: string) => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(PATIENCE, () => done(`nothing answers at ${place}`));
    socket.on("error", () => done(`nothing listens at ${place}`));
    socket.on("close", () => done(`${place} hung up`));
    socket.on("connect", () => {
      if (greeting) socket.write(greeting.hello);
      else done();
    });
    socket.on("data", (data) => {
      if (greeting?.isRight(data)) done();
      else done(`something other than ${greeting?.title} listens at ${place}`);
    });
  });
}
