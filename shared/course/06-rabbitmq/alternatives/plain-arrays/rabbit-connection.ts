import * as amqplib from "amqplib";
import {
  BrokerError,
  brokerAddress,
  type ConnectOptions,
  connectSettings,
} from "#bus/rabbit-contract";

/** The object form of amqplib: whoever takes the URL apart must decode its parts. */
export async function connect(
  url: string,
  options: ConnectOptions = {},
): Promise<amqplib.ChannelModel> {
  const { heartbeat, onLost, onBlocked } = connectSettings({
    onLost: ({ message }) => console.error(`RabbitMQ has gone away (${message})`),
    ...options,
  });
  const address = brokerAddress(url, heartbeat);
  const { protocol, hostname, port, username, password, pathname, searchParams } =
    address;
  const hasUser = username !== "" || password !== "";
  try {
    const connection = await amqplib.connect({
      protocol: protocol.replace(":", ""),
      hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
      ...(port && { port: Number(port) }),
      username: hasUser ? decodeURIComponent(username) : "guest",
      password: hasUser ? decodeURIComponent(password) : "guest",
      heartbeat: Number(searchParams.get("heartbeat")),
      vhost: pathname.slice(1) || "/",
    });
    connection.on("error", () => undefined);
    connection.on("blocked", (reason) => onBlocked(reason));
    connection.on("close", (reason) => {
      if (reason instanceof Error) onLost(reason);
    });
    return connection;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    throw new BrokerError(
      `The broker at ${address.host} lets nobody in: ${code ?? message}`,
    );
  }
}
