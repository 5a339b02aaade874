import amqp, { type ChannelModel, type Options } from "amqplib";
import { BrokerError, type ConnectOptions, reportLost } from "#bus/rabbit-contract";

/** Takes the URL apart and hands amqplib an object. */
export async function connect(
  url: string,
  { heartbeat = 10, onLost = reportLost }: ConnectOptions = {},
): Promise<ChannelModel> {
  const { protocol, hostname, port, username, password, pathname, searchParams } =
    new URL(url);
  const wanted: Options.Connect = {
    protocol: protocol.slice(0, -1),
    hostname,
    heartbeat,
    username: decodeURIComponent(username) || "guest",
    password: decodeURIComponent(password) || "guest",
    vhost: decodeURIComponent(pathname.slice(1)) || "/",
  };
  if (port) wanted.port = Number(port);
  const channelMax = searchParams.get("channelMax");
  if (channelMax) wanted.channelMax = Number(channelMax);

  let connection: ChannelModel;
  try {
    connection = await amqp.connect(wanted);
  } catch (cause) {
    throw new BrokerError(`RabbitMQ at ${hostname} cannot be used.`, { cause });
  }
  let reason: Error | undefined;
  connection.once("error", (error: Error) => {
    reason = error;
  });
  connection.once("close", (error?: Error) => {
    const why = reason ?? error;
    if (why !== undefined) onLost(why);
  });
  return connection;
}
